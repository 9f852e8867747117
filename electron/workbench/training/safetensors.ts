import { AppError } from '@shared/contract/errors';
import { z } from '@shared/zod';
import type { NamedArrays } from './networks/network';

/**
 * The safetensors file format (huggingface/safetensors): eight bytes with the header's length (little-endian), the header
 * as JSON `{ name: { dtype, shape, data_offsets } }`, then the values. We write 32-bit floats, names in the given order, and
 * pad the header with blanks so that the values start at a multiple of eight bytes.
 */
const Entry = z.strictObject({
  dtype: z.literal('F32'),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const Header = z.looseObject({ __metadata__: z.record(z.string(), z.string()).optional() }).catchall(z.unknown());

const lengthBytes = 8;

export interface TensorFile {
  readonly tensors: NamedArrays;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of a safetensors file. */
export function encodeSafetensors(tensors: NamedArrays, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  for (const [name, { shape, values }] of tensors) {
    if (shape.reduce((product, side) => product * side, 1) !== values.length)
      throw new Error(`tensor ${name}: ${values.length} values do not fill [${String(shape)}]`);
    header[name] = { dtype: 'F32', shape: [...shape], data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(lengthBytes + headerLength + offset).fill(0x20, lengthBytes, lengthBytes + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, lengthBytes);
  let position = lengthBytes + headerLength;
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file of 32-bit floats.
 * @param name how messages call the file
 * @throws AppError `invalid` when it is cut short, no such file, or holds other types
 */
export function decodeSafetensors(bytes: Uint8Array, name: string): TensorFile {
  const refuse = (why: string) =>
    new AppError('invalid', `${name}: not a usable safetensors file (${why}).`, { path: name });
  if (bytes.length < lengthBytes) throw refuse('shorter than its header');
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const dataStart = lengthBytes + headerLength;
  if (dataStart > bytes.length) throw refuse('header longer than the file');
  const header = Header.safeParse(parseHeader(bytes.subarray(lengthBytes, dataStart), refuse));
  if (!header.success) throw refuse('header is no mapping of tensors');
  const { __metadata__: metadata = {}, ...entries } = header.data;

  const tensors: NamedArrays = new Map();
  for (const [tensor, raw] of Object.entries(entries)) {
    const entry = Entry.safeParse(raw);
    if (!entry.success) throw refuse(`tensor ${tensor}: only named, shaped 32-bit floats are read`);
    const { shape, data_offsets: range } = entry.data;
    const [from, to] = range;
    const size = shape.reduce((product, side) => product * side, 1);
    if (to - from !== 4 * size || dataStart + to > bytes.length) throw refuse(`tensor ${tensor} is cut short`);
    const values = new Float32Array(size);
    new Uint8Array(values.buffer).set(bytes.subarray(dataStart + from, dataStart + to));
    tensors.set(tensor, { shape, values });
  }
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array, refuse: (why: string) => AppError): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw refuse('header is not JSON');
  }
}
