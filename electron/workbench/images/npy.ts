/**
 * Float32 values as a NumPy file, format 1.0: little-endian, row-major.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @param shape its product is the number of values
 */
export function npyOf(values: Float32Array, shape: readonly number[]): Uint8Array {
  if (shape.reduce((product, side) => product * side, 1) !== values.length)
    throw new RangeError(`${String(values.length)} values do not have the shape [${shape.join(', ')}]`);
  const fields = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const unpadded = 10 + fields.length + 1;
  const header = `${fields}${' '.repeat((64 - (unpadded % 64)) % 64)}\n`;
  const bytes = new Uint8Array(10 + header.length + 4 * values.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]); // \x93NUMPY, version 1.0
  const view = new DataView(bytes.buffer);
  view.setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  for (const [place, value] of values.entries()) view.setFloat32(10 + header.length + 4 * place, value, true);
  return bytes;
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

/** Number types that are read, by NumPy's kind and bytes. */
const types: Readonly<Record<string, { readonly bytes: number; readonly read: Read }>> = {
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
};
/** Largest side of an array. */
const mostSide = 20_000;

/**
 * A NumPy array `[h, w]` (or with further axes of length 1) of numbers, row-major.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @throws RangeError for anything else
 */
export function readNpy(bytes: Uint8Array): { width: number; height: number; values: Float32Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(0) !== 0x934e554d || view.getUint16(4) !== 0x5059)
    throw new RangeError('it is no NumPy array.');
  const isFirst = view.getUint8(6) === 1; // Version 1 has 2 bytes of header length, later ones 4.
  const start = isFirst ? 10 : 12;
  const length = isFirst ? view.getUint16(8, true) : view.getUint32(8, true);
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + Math.min(length, 4096)));
  const [, order = '', type = ''] = /'descr':\s*'([<>|=])(\w\d)'/.exec(header) ?? [];
  const read = types[type];
  if (!read) throw new RangeError(`its numbers are of type ${type === '' ? 'unknown' : type}.`);
  if (!/'fortran_order':\s*False/.test(header)) throw new RangeError('it is stored column by column.');
  const [, sides = ''] = /'shape':\s*\(([^)]*)\)/.exec(header) ?? [];
  const [height = 0, width = 0, ...more] = sides
    .split(',')
    .filter((side) => side.trim() !== '')
    .map(Number)
    .filter((side) => side !== 1);
  const fits = (side: number) => Number.isInteger(side) && side > 0 && side <= mostSide;
  if (!fits(height) || !fits(width) || more.length > 0)
    throw new RangeError(`its shape is (${sides}); (h, w) is read.`);
  const data = start + length;
  if (bytes.length < data + width * height * read.bytes) throw new RangeError('it is cut short.');
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) values[i] = read.read(view, data + i * read.bytes, order !== '>');
  return { width, height, values };
}
