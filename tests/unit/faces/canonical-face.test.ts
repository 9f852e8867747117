import { describe, expect, it } from 'vitest';
import { loadCanonicalFace, parseCanonicalFace } from '@workbench/faces/canonical-face';

describe('canonical face', () => {
  it('has 468 vertices with texture coordinates in the unit square and 898 triangles that use all of them', () => {
    const face = loadCanonicalFace();
    expect(face.vertices).toHaveLength(468 * 3);
    expect(face.triangles).toHaveLength(898 * 3);
    expect(new Set(face.triangles).size).toBe(468);
    expect(face.uvs.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('has the nose tip in front, the forehead above the chin in space and in the texture', () => {
    const { vertices, uvs } = loadCanonicalFace();
    const y = (vertex: number) => vertices[3 * vertex + 1] ?? Number.NaN;
    const v = (vertex: number) => uvs[2 * vertex + 1] ?? Number.NaN;
    const depths = Array.from({ length: 468 }, (_, vertex) => vertices[3 * vertex + 2] ?? Number.NaN);
    expect([1, 4]).toContain(depths.indexOf(Math.max(...depths)));
    expect(y(10)).toBeGreaterThan(y(152));
    expect(v(10)).toBeLessThan(v(152));
  });

  it('refuses a file that is not the 468-vertex face', () => {
    expect(() => parseCanonicalFace('v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1/1 2/1 3/1\n')).toThrow(
      '3 vertices and 1 triangles',
    );
  });
});
