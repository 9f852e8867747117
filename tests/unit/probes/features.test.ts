import { describe, expect, it } from 'vitest';
import { createImage, type RgbImage } from '@workbench/images/rgb-image';
import { borderProbe } from '@workbench/probes/border-probe';
import { colourProbe } from '@workbench/probes/colour-probe';
import { fourierTransform, powerSpectrum } from '@workbench/probes/fourier';
import { lbpHistogram, lbpPattern, lbpProbe, uniformBins } from '@workbench/probes/lbp-probe';
import { moments } from '@workbench/probes/pixels';
import { probes } from '@workbench/probes/probes';
import { spectrumProbe } from '@workbench/probes/spectrum-probe';

function paint(colourAt: (x: number, y: number) => readonly [number, number, number]): RgbImage {
  const image = createImage(128, 128);
  for (let y = 0; y < 128; y++) for (let x = 0; x < 128; x++) image.data.set(colourAt(x, y), 3 * (y * 128 + x));
  return image;
}

const at = (values: ArrayLike<number>, index: number) => values[index] ?? Number.NaN;

describe('probes', () => {
  it('give 45, 40, 74 and 177 finite features', () => {
    const crop = paint((x, y) => [x, y, (x * y) % 256]);
    expect(probes.map((probe) => probe.measure(crop).length)).toEqual([45, 40, 74, 177]);
    for (const probe of probes) {
      expect(probe.length).toBe(probe.measure(crop).length);
      expect(probe.measure(crop).every(Number.isFinite)).toBe(true);
    }
  });

  it('refuse crops of another size', () => {
    for (const probe of probes) expect(() => probe.measure(createImage(64, 64))).toThrow(RangeError);
  });

  it('stay finite on a black crop', () => {
    for (const probe of probes) expect(probe.measure(createImage(128, 128)).every(Number.isFinite)).toBe(true);
  });
});

describe('moments', () => {
  it('gives mean, population deviation and skewness', () => {
    const [mean, deviation, skewness] = moments(Float64Array.from([0, 0, 0, 4]));
    expect(mean).toBe(1);
    expect(deviation).toBeCloseTo(Math.sqrt(3), 12);
    expect(skewness).toBeCloseTo(6 / 3 ** 1.5, 5);
  });
});

describe('colour probe', () => {
  it('reports the plain colour and puts all of it into one bin', () => {
    const features = colourProbe.measure(paint(() => [255, 51, 0]));
    expect(at(features, 0)).toBeCloseTo(1, 12);
    expect(at(features, 3)).toBeCloseTo(0.2, 12);
    expect(at(features, 15)).toBeCloseTo(0.8, 12); // mean of red − green
    expect(at(features, 21 + 11)).toBeCloseTo(1, 9); // value 1 lies in the last bin
    expect(at(features, 33 + 11)).toBeCloseTo(1, 9); // so does saturation 1
  });
});

describe('border probe', () => {
  it('sees each strip by itself and nothing of the middle', () => {
    const inside = (x: number, y: number) => x >= 8 && x < 120 && y >= 8 && y < 120;
    const plain = borderProbe.measure(paint(() => [100, 100, 100]));
    const middle = borderProbe.measure(paint((x, y) => (inside(x, y) ? [255, 0, 0] : [100, 100, 100])));
    expect(middle).toEqual(plain);
    const left = borderProbe.measure(paint((x) => (x < 8 ? [255, 255, 255] : [0, 0, 0])));
    expect(at(left, 0)).toBeCloseTo(1, 12); // mean red of the left strip
    expect(at(left, 10)).toBe(0); // of the right strip
    expect(at(left, 20)).toBeCloseTo(8 / 128, 12); // of the top strip
  });
});

describe('Fourier transform', () => {
  it('turns an impulse into a flat spectrum and a cosine into two lines', () => {
    const [re, im] = [new Float64Array(8), new Float64Array(8)];
    re[0] = 1;
    fourierTransform(re, im);
    expect([...re]).toEqual(new Array(8).fill(1));
    const wave = Float64Array.from({ length: 8 }, (_, n) => Math.cos((2 * Math.PI * 2 * n) / 8));
    const none = new Float64Array(8);
    fourierTransform(wave, none);
    wave.forEach((value, k) => {
      expect(value).toBeCloseTo(k === 2 || k === 6 ? 4 : 0, 12);
    });
  });

  it("keeps Parseval's sum in two dimensions", () => {
    const image = Float64Array.from({ length: 256 }, (_, i) => Math.sin(i * 1.7) + 0.1 * i);
    const energy = image.reduce((sum, value) => sum + value * value, 0);
    const power = powerSpectrum(image, 16).reduce((sum, value) => sum + value, 0);
    expect(power / 256).toBeCloseTo(energy, 6);
  });
});

describe('spectrum probe', () => {
  it('puts vertical stripes of four pixels into the ring at 32 cycles and the horizontal direction', () => {
    const features = spectrumProbe.measure(
      paint((x) => {
        const level = Math.round(128 + 100 * Math.cos((2 * Math.PI * x) / 4));
        return [level, level, level];
      }),
    );
    const rings = Array.from(features.subarray(1, 32)); // ring 0 holds the mean
    expect(rings.indexOf(Math.max(...rings)) + 1).toBe(16);
    const shares = Array.from(features.subarray(44, 52));
    expect((shares[0] ?? 0) + (shares[7] ?? 0)).toBeGreaterThan(0.99);
  });
});

describe('local binary patterns', () => {
  it('have 58 uniform bins and one for the rest', () => {
    expect(new Set(uniformBins).size).toBe(59);
    expect(uniformBins.filter((bin) => bin === 58)).toHaveLength(256 - 58);
    expect(at(uniformBins, 0b01010101)).toBe(58);
    expect(at(uniformBins, 0b00001110)).toBeLessThan(58);
  });

  it('reads a 3 × 3 patch clockwise from the upper left', () => {
    // Centre 5; not darker: 6 (upper left), 9 (right), 5 (below).
    const patch = Float32Array.from([6, 1, 2, 4, 5, 9, 0, 5, 3]);
    expect(lbpPattern(patch, 3, 4)).toBe(1 + 8 + 32);
    const histogram = lbpHistogram(patch, 3, 3);
    expect(at(histogram, 58)).toBe(1); // bits 0, 3, 5: six changes, not uniform
  });

  it('gives a plain crop one pattern, all neighbours as bright, in each channel', () => {
    const features = lbpProbe.measure(paint(() => [120, 80, 200]));
    const bin = at(uniformBins, 255);
    for (const channel of [0, 1, 2]) {
      expect(at(features, channel * 59 + bin)).toBeCloseTo(1, 9);
      expect(features.subarray(channel * 59, (channel + 1) * 59).filter((value) => value > 0)).toHaveLength(1);
    }
  });

  it('does not change when the crop is brightened evenly', () => {
    const crop = (offset: number) => paint((x, y) => [60 + offset + (x % 7), 60 + offset + (y % 5), 70 + offset]);
    expect(lbpProbe.measure(crop(0)).subarray(0, 59)).toEqual(lbpProbe.measure(crop(40)).subarray(0, 59));
  });
});
