import { describe, expect, it } from 'vitest';
import { loadCanonicalFace } from '@workbench/faces/canonical-face';
import { pseudoDepth } from '@workbench/faces/pseudo-depth';

/** The canonical face, orthographic, its height filling a crop of `size` pixels, in mesh axes (y down, z away). */
function canonicalMesh(size: number): Float32Array {
  const { vertices } = loadCanonicalFace();
  const ys = [...vertices].filter((_, i) => i % 3 === 1);
  const half = (Math.max(...ys) - Math.min(...ys)) / 2;
  const middle = (Math.max(...ys) + Math.min(...ys)) / 2;
  const mesh = new Float32Array(vertices.length);
  for (let i = 0; i < vertices.length; i += 3) {
    mesh[i] = ((vertices[i] ?? 0) / (2 * half)) * size + size / 2;
    mesh[i + 1] = size / 2 - (((vertices[i + 1] ?? 0) - middle) / (2 * half)) * size;
    mesh[i + 2] = -(vertices[i + 2] ?? 0);
  }
  return mesh;
}

const sum = (map: Float32Array) => map.reduce((total, value) => total + value, 0);
const indexOfMaximum = (map: Float32Array) => map.reduce((best, value, i) => (value > (map[best] ?? 0) ? i : best), 0);

describe('pseudoDepth', () => {
  it('draws the canonical face as the reference z-buffer does, one sample a pixel', () => {
    const map = pseudoDepth(canonicalMesh(32), 32, 32, 1);
    const at = (row: number, column: number) => map[row * 32 + column];
    expect(map.filter((value) => value > 0)).toHaveLength(752);
    expect(sum(map)).toBeCloseTo(454.13, 2);
    expect(indexOfMaximum(map)).toBe(16 * 32 + 15);
    expect(at(16, 15)).toBeCloseTo(0.9857, 4);
    expect(at(16, 16)).toBeCloseTo(0.9857, 4);
    expect(at(8, 16)).toBeCloseTo(0.7542, 4);
    expect(at(24, 16)).toBeCloseTo(0.7933, 4);
    expect(at(16, 6)).toBeCloseTo(0.5438, 4);
  });

  it('averages its sub-samples: 32 pixels of 4×4 samples equal 128 pixels of one', () => {
    const coarse = pseudoDepth(canonicalMesh(128), 128, 32);
    const fine = pseudoDepth(canonicalMesh(128), 128, 128, 1);
    for (const [row, column] of [
      [0, 16],
      [10, 3],
      [16, 15],
      [30, 12],
    ] as const) {
      let total = 0;
      for (let y = 0; y < 4; y++) for (let x = 0; x < 4; x++) total += fine[(4 * row + y) * 128 + 4 * column + x] ?? 0;
      expect(coarse[row * 32 + column]).toBeCloseTo(total / 16, 5);
    }
  });

  it('stays within [0, 1], nearly reaches 1 at the nose and leaves the background 0', () => {
    const map = pseudoDepth(canonicalMesh(128), 128, 64);
    expect(Math.min(...map)).toBe(0);
    expect(Math.max(...map)).toBeLessThanOrEqual(1);
    expect(Math.max(...map)).toBeGreaterThan(0.98);
    for (const corner of [0, 63, 63 * 64, 64 * 64 - 1]) expect(map[corner]).toBe(0);
  });

  it('lets the nearer surface hide the farther one', () => {
    // Turned by 80° the far cheek lies behind the nose; drawing in reversed depth order must not show it.
    const mesh = canonicalMesh(64);
    const turned = mesh.slice();
    const scale = 64 / 17.665;
    for (let i = 0; i < mesh.length; i += 3) {
      const x = (mesh[i] ?? 0) - 32;
      const z = (mesh[i + 2] ?? 0) * scale;
      const angle = (80 * Math.PI) / 180;
      turned[i] = 32 + x * Math.cos(angle) + z * Math.sin(angle);
      turned[i + 2] = z * Math.cos(angle) - x * Math.sin(angle);
    }
    const map = pseudoDepth(turned, 64, 64, 1);
    const { triangles } = loadCanonicalFace();
    const farthest = Math.max(...turned.filter((_, i) => i % 3 === 2));
    const nearest = Math.min(...turned.filter((_, i) => i % 3 === 2));
    // A pixel must be at least as near as every triangle whose centroid falls into it and covers its centre.
    let hidden = 0;
    for (let t = 0; t < triangles.length; t += 3) {
      const corners = [0, 1, 2].map((k) => 3 * (triangles[t + k] ?? 0));
      const mean = (axis: number) => corners.reduce((total, corner) => total + (turned[corner + axis] ?? 0), 0) / 3;
      const pixel = Math.floor(mean(1)) * 64 + Math.floor(mean(0));
      const nearness = (farthest - mean(2)) / (farthest - nearest);
      const drawn = map[pixel] ?? 0;
      if (drawn === 0) continue; // silhouette: the pixel's centre lies outside
      expect(drawn).toBeGreaterThan(nearness - 0.12);
      if (drawn > nearness + 0.2) hidden++;
    }
    expect(hidden).toBeGreaterThan(50);
  });

  it('draws what lies inside the crop when the mesh leaves it, and nothing for a flat mesh', () => {
    const mesh = canonicalMesh(32);
    const shifted = mesh.map((value, i) => (i % 3 === 0 ? value + 16 : value));
    const whole = pseudoDepth(mesh, 32, 32, 1);
    const half = pseudoDepth(shifted, 32, 32, 1);
    for (let row = 0; row < 32; row++)
      for (let column = 16; column < 32; column++)
        expect(half[row * 32 + column]).toBeCloseTo(whole[row * 32 + column - 16] ?? 0, 5);
    expect(
      sum(
        pseudoDepth(
          mesh.map((value, i) => (i % 3 === 2 ? 3 : value)),
          32,
          32,
        ),
      ),
    ).toBe(0);
  });
});
