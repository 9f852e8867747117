/**
 * The event file that TensorBoard reads: records of (length, its checksum, an Event message, its checksum), as TFRecord of
 * TensorFlow defines them; Event and Summary in protocol buffers' wire format.
 */

/** A value of a curve at a step. */
export interface EventPoint {
  readonly tag: string;
  readonly step: number;
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly value: number;
}

/** The whole file: its version first, then one event for each point. */
export function encodeEventFile(points: readonly EventPoint[]): Uint8Array {
  const first = points[0]?.wallTime ?? 0;
  const records = [
    record(message([field64(1, first), fieldBytes(3, Buffer.from('brain.Event:2'))])),
    ...points.map((point) => record(eventOf(point))),
  ];
  return Buffer.concat(records);
}

/** Event { wall_time = 1, step = 2, summary = 5 { value = 1 { tag = 1, simple_value = 2 } } } */
function eventOf({ tag, step, wallTime, value }: EventPoint): Buffer {
  const float = Buffer.alloc(4);
  float.writeFloatLE(value);
  const summaryValue = message([fieldBytes(1, Buffer.from(tag)), Buffer.concat([key(2, 5), float])]);
  return message([
    field64(1, wallTime),
    Buffer.concat([key(2, 0), varint(step)]),
    fieldBytes(5, message([fieldBytes(1, summaryValue)])),
  ]);
}

function record(data: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, checksum(length), data, checksum(data)]);
}

function checksum(data: Uint8Array): Buffer {
  const crc = crc32c(data);
  // Masked, so that a checksum of data that holds checksums stays meaningful.
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(masked);
  return bytes;
}

/** CRC-32C (Castagnoli). */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

const message = (fields: readonly Uint8Array[]) => Buffer.concat(fields);
const key = (field: number, wireType: number) => Buffer.from([(field << 3) | wireType]);

function fieldBytes(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([key(field, 2), varint(bytes.length), bytes]);
}

function field64(field: number, value: number): Buffer {
  const double = Buffer.alloc(8);
  double.writeDoubleLE(value);
  return Buffer.concat([key(field, 1), double]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 128 : low);
  } while (rest > 0);
  return Buffer.from(bytes);
}
