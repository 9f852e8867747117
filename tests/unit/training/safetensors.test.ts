import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import type { NamedArrays } from '@workbench/training/networks/network';
import { decodeSafetensors, encodeSafetensors } from '@workbench/training/safetensors';

const tensors: NamedArrays = new Map([
  ['encoder/stem/kernel', { shape: [2, 2], values: Float32Array.of(1, -2.5, 3e-20, Infinity) }],
  ['bias', { shape: [3], values: Float32Array.of(0, -0, 0.1) }],
  ['scalar', { shape: [], values: Float32Array.of(7) }],
]);

describe('safetensors', () => {
  it('gives back names, shapes, values and metadata bit by bit', () => {
    const file = decodeSafetensors(encodeSafetensors(tensors, { epoch: '3' }), 'x');
    expect([...file.tensors]).toEqual([...tensors]);
    expect(Object.is(file.tensors.get('bias')?.values[1], -0)).toBe(true);
    expect(file.metadata).toEqual({ epoch: '3' });
  });

  it('writes the format other programs read: length, JSON header, values', () => {
    const bytes = encodeSafetensors(new Map([['a', { shape: [1], values: Float32Array.of(1) }]]));
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header).toEqual({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 128, 63]);
  });

  it('refuses a file that is cut short, naming it', () => {
    const bytes = encodeSafetensors(tensors);
    for (const length of [0, 7, 20, bytes.length - 1])
      expect(() => decodeSafetensors(bytes.subarray(0, length), 'weights.safetensors')).toThrow(
        expect.objectContaining({ code: 'invalid', message: expect.stringContaining('weights.safetensors') as string }),
      );
  });

  it('refuses other number types', () => {
    const json = new TextEncoder().encode('{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}  ');
    const bytes = new Uint8Array(8 + json.length + 2);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
    bytes.set(json, 8);
    expect(() => decodeSafetensors(bytes, 'x')).toThrow(AppError);
  });
});
