import { drawContactSheet } from '@shared/figures/contact-sheet';
import { colourTable, indexOfValue } from '@shared/figures/colour-maps';
import { sweepGif } from '@workbench/inspection/epoch-sweep';
import { npyOf } from '@workbench/images/npy';
import { describe, expect, it } from 'vitest';

describe('raw floats', () => {
  it('are a NumPy file whose header tells the shape and ends at a multiple of 64 bytes', () => {
    const values = Float32Array.of(0, 0.25, -1.5, 1 / 3, 7, 8);
    const bytes = npyOf(values, [2, 3]);
    expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
    const length = new DataView(bytes.buffer).getUint16(8, true);
    expect((10 + length) % 64).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(10, 10 + length));
    expect(header).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3,\), \} *\n$/);
    expect(new Float32Array(bytes.slice(10 + length).buffer)).toEqual(values);
  });

  it('refuse a shape that does not hold them', () => {
    expect(() => npyOf(new Float32Array(5), [2, 3])).toThrow('5 values do not have the shape [2, 3]');
  });
});

describe('an epoch sweep', () => {
  it('has a frame for every epoch, the map’s own colours as palette, and samples side by side', () => {
    const map = (value: number) => new Float32Array(4).fill(value);
    const gif = sweepGif(
      [
        [map(0), map(1)],
        [map(0.5), map(0.5)],
        [map(1), map(0)],
      ],
      2,
      'viridis',
    );
    expect(new TextDecoder().decode(gif.subarray(0, 6))).toBe('GIF89a');
    const view = new DataView(gif.buffer, gif.byteOffset);
    expect([view.getUint16(6, true), view.getUint16(8, true)]).toEqual([2 * 12 + 4, 12]);
    expect([...gif.subarray(13, 19)]).toEqual(colourTable('viridis').slice(0, 2).flat());
    // A graphic control extension stands before each frame.
    const frames = gif.reduce(
      (count, byte, at) => count + Number(byte === 0x21 && gif[at + 1] === 0xf9 && gif[at + 2] === 4),
      0,
    );
    expect(frames).toBe(3);
    expect([indexOfValue(0, 0, 1), indexOfValue(1, 0, 1), indexOfValue(2, 0, 1)]).toEqual([0, 255, 255]);
  });
});

describe('a contact sheet', () => {
  const sheet = drawContactSheet(
    {
      title: 'Pseudo-depth',
      subtitle: 'O & <C>',
      note: 'Synthetic faces.',
      columns: [
        { label: 'O-1', attack: false },
        { label: 'O-2', attack: true },
      ],
      rows: [{ label: 'pretrain-gan', pictures: ['data:image/png;base64,AA==', null] }],
      bar: { map: 'viridis', low: '0 far', high: '1 near' },
    },
    { width: 317, widthMillimetres: 84, fontSize: 10.7 },
  );

  it('names samples, classes and the ends of its colour bar, and says what the faces are', () => {
    for (const words of ['B O-1', 'A O-2', '0 far', '1 near', 'Synthetic faces.', 'O &amp; &lt;C&gt;'])
      expect(sheet).toContain(words);
  });

  it('has no letter below 6 pt, and a grey place where there is no picture', () => {
    const sizes = [...sheet.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => (Number(size) * 72) / 96);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(6);
    expect(sheet.match(/<image /g)).toHaveLength(1);
    expect(sheet.match(/<rect /g)).toHaveLength(3); // Background, empty place, colour bar.
  });
});
