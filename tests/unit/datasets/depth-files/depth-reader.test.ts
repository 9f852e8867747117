import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Buffer } from 'node:buffer';
import { File as Hdf5File, ready } from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DepthReader } from '@workbench/datasets/depth-files/depth-reader';
import { npyOf } from '@workbench/images/npy';
import { colourType, writePng } from '../../images/png-writer';

const picture = { width: 8, height: 4 };
let folder: string;
const reader = new DepthReader();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relief-depth-'));
});
afterAll(async () => {
  await reader.close();
  await rm(folder, { recursive: true });
});

const place = async (name: string, bytes: Uint8Array) => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};
const read = (path: string, format: 'picture' | 'npy' | 'recording', frame: number | null = null) =>
  reader.read({ path, format, nearest: 'low' }, picture, frame, 'the picture');

/** A `.npy` with any header. */
function npy(header: string, data: Uint8Array): Uint8Array {
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, Buffer.from(header, 'latin1'), data]);
}

describe('files of depth', () => {
  it('keep the 16 bits of a PNG; 0 is not measured', async () => {
    const samples = [0, 300, 65_535, 12_345, 1, 2, 3, 4];
    const path = await place(
      'grey.png',
      writePng({ width: 4, height: 2, depth: 16, colourType: colourType.grey, samples }),
    );
    const field = await read(path, 'picture');
    expect([field.width, field.height]).toEqual([4, 2]);
    expect([...field.values]).toEqual([NaN, ...samples.slice(1)]);
    expect(field.covers).toEqual({ left: 0, top: 0, width: 8, height: 4 });
  });

  it('may be colour pictures whose channels agree, and NumPy arrays of several types', async () => {
    const samples = [10, 10, 10, 20, 20, 20];
    const rgb = await place(
      'rgb.png',
      writePng({ width: 2, height: 1, depth: 8, colourType: colourType.rgb, samples }),
    );
    expect([...(await read(rgb, 'picture')).values]).toEqual([10, 20]);
    const floats = await place('f.npy', npyOf(Float32Array.of(0.5, 1.5, 2.5, 3.5), [2, 2]));
    expect(await read(floats, 'npy')).toMatchObject({
      width: 2,
      height: 2,
      values: Float32Array.of(0.5, 1.5, 2.5, 3.5),
    });
    const big = Buffer.alloc(4);
    big.writeUInt16BE(700, 0);
    big.writeUInt16BE(800, 2);
    const shorts = await place('u.npy', npy("{'descr': '>u2', 'fortran_order': False, 'shape': (1, 1, 2), }", big));
    // Axes of length 1 are no axes of a map; what is left has one only.
    await expect(read(shorts, 'npy')).rejects.toThrow('shape');
    const column = await place('c.npy', npy("{'descr': '>u2', 'fortran_order': False, 'shape': (1, 2, 1), }", big));
    await expect(read(column, 'npy')).rejects.toThrow('(h, w) is read');
  });

  it('may be the depth channel of an HDF5 recording, by frame', async () => {
    await ready;
    const path = join(folder, 'clip.hdf5');
    const file = new Hdf5File(path, 'w');
    file.create_dataset({ name: 'Color_Data', data: new Uint8Array(2 * 3 * 4 * 8), shape: [2, 3, 4, 8] });
    const depths = Uint16Array.from({ length: 2 * 4 * 8 }, (_, i) => 500 + i);
    file.create_dataset({ name: 'Depth_Data', data: depths, shape: [2, 1, 4, 8] });
    file.close();
    const field = await read(path, 'recording', 1);
    expect([field.width, field.height, field.values[0], field.values[31]]).toEqual([8, 4, 532, 563]);
    await expect(read(path, 'recording', 2)).rejects.toMatchObject({ code: 'invalid', data: { reason: 'no-depth' } });
  });

  it('are refused by name when they are missing, damaged or of no known kind', async () => {
    const files: [string, Parameters<typeof read>[1], string][] = [
      [join(folder, 'missing.png'), 'picture', 'no such file'],
      [
        await place(
          'cut.png',
          writePng({ width: 64, height: 64, depth: 8, colourType: 0, samples: Array<number>(4096).fill(7) }).subarray(
            0,
            70,
          ),
        ),
        'picture',
        'cut short',
      ],
      [await place('text.png', Buffer.from('depth')), 'picture', 'not a JPEG'],
      [await place('text.npy', Buffer.from('depth of a face')), 'npy', 'no NumPy array'],
      [
        await place('short.npy', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 4), }", Buffer.alloc(8))),
        'npy',
        'cut short',
      ],
      [
        await place(
          'huge.npy',
          npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999, 4), }", Buffer.alloc(8)),
        ),
        'npy',
        'shape',
      ],
      [
        await place('object.npy', npy("{'descr': '|O', 'fortran_order': False, 'shape': (1, 1), }", Buffer.alloc(8))),
        'npy',
        'type',
      ],
      [await place('bad.hdf5', Buffer.from('no recording')), 'recording', 'HDF5'],
    ];
    for (const [path, format, why] of files) {
      const error = await read(path, format, 0).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code: 'invalid', data: { reason: 'no-depth', file: path } });
      expect(String(error)).toContain('the picture: its depth cannot be read');
      expect(String(error)).toContain(why);
    }
  });
});
