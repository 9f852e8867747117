/**
 * acc + a·b in each lane. The relaxed build lets the host fuse it into one instruction with one rounding; the plain
 * build always rounds twice, which is why its results are the same bits on every host.
 */
export function multiplyAdd(acc: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, acc);
  return f32x4.add(acc, f32x4.mul(a, b));
}

/** Sum of the four lanes, in a fixed order. */
export function sumLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Bytes of `count` 32-bit values. */
export function words(count: i32): usize {
  return (<usize>count) << 2;
}

/** The next multiple of 64, so that scratch areas start on their own cache line. */
export function alignUp(bytes: usize): usize {
  return (bytes + 63) & ~63;
}

/** Copies up to four floats into a vector slot, zero-filling the rest. */
export function copyPadded(target: usize, source: usize, count: i32): void {
  if (count >= 4) {
    v128.store(target, v128.load(source));
    return;
  }
  v128.store(target, f32x4.splat(0));
  for (let lane = 0; lane < count; lane++) store<f32>(target + words(lane), load<f32>(source + words(lane)));
}

/** Writes the first `count` lanes (all four when more) of a vector. */
export function storeLanes(target: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(target, v);
    return;
  }
  if (count > 0) store<f32>(target, f32x4.extract_lane(v, 0));
  if (count > 1) store<f32>(target, f32x4.extract_lane(v, 1), 4);
  if (count > 2) store<f32>(target, f32x4.extract_lane(v, 2), 8);
}
