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
