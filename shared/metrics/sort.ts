/** From here on a radix sort is faster than the engine's comparison sort. */
const radixFrom = 1 << 16;
/** Bits of a digit: three digits cover each half of a double. */
const digitBits = 11;
const digitValues = 1 << digitBits;
const digitMask = digitValues - 1;
const digits = 6;

/**
 * Sorts doubles ascending in place of their order, −0 before 0; NaN must have been taken out. Large arrays take a radix sort
 * over the bits (least significant digit first; digits that all values share, as in scores that were single precision, are
 * skipped), which needs a second array of the same size.
 * @returns the sorted values: `values` itself or the second array; the other one holds nothing of use
 */
export function sortDoubles(values: Float64Array): Float64Array {
  return values.length < radixFrom ? values.sort() : radixSort(values);
}

/** As {@link sortDoubles}, by radix whatever the length. */
export function radixSort(values: Float64Array): Float64Array {
  const counts = countDigits(values);
  let from = values;
  let to: Float64Array = new Float64Array(values.length);
  for (let digit = 0; digit < digits; digit++) {
    const places = counts.subarray(digit * digitValues, (digit + 1) * digitValues);
    if (!toPlaces(places, values.length)) continue;
    distribute(from, to, places, digit);
    [from, to] = [to, from];
  }
  return from;
}

/** How often each value of each digit occurs: `[digits, digitValues]`. */
function countDigits(values: Float64Array): Uint32Array {
  const counts = new Uint32Array(digits * digitValues);
  const words = wordsOf(values);
  for (let i = 0; i < words.length; i += 2) {
    const [low, high] = [words[i] ?? 0, words[i + 1] ?? 0];
    const sign = high >> 31;
    // Negative numbers are turned round bit by bit, the others set above them: then bits order as the numbers do.
    const [lowKey, highKey] = [low ^ sign, high ^ (sign | 0x80000000)];
    for (let part = 0; part < 3; part++) {
      const shift = part * digitBits;
      const lowPlace = part * digitValues + ((lowKey >>> shift) & digitMask);
      const highPlace = (part + 3) * digitValues + ((highKey >>> shift) & digitMask);
      counts[lowPlace] = (counts[lowPlace] ?? 0) + 1;
      counts[highPlace] = (counts[highPlace] ?? 0) + 1;
    }
  }
  return counts;
}

/** Turns counts into the place where each digit value starts; false when all values share the digit. */
function toPlaces(counts: Uint32Array, total: number): boolean {
  let sum = 0;
  for (let value = 0; value < counts.length; value++) {
    const count = counts[value] ?? 0;
    if (count === total) return false;
    counts[value] = sum;
    sum += count;
  }
  return true;
}

function distribute(from: Float64Array, to: Float64Array, places: Uint32Array, digit: number): void {
  const words = wordsOf(from);
  const shift = (digit % 3) * digitBits;
  const inHigh = digit >= 3;
  for (let i = 0; i < from.length; i++) {
    const high = words[2 * i + 1] ?? 0;
    const sign = high >> 31;
    const key = inHigh ? high ^ (sign | 0x80000000) : (words[2 * i] ?? 0) ^ sign;
    const value = (key >>> shift) & digitMask;
    const place = places[value] ?? 0;
    places[value] = place + 1;
    to[place] = from[i] ?? 0;
  }
}

/** Low and high word of each double; every machine this runs on is little-endian. */
function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
}
