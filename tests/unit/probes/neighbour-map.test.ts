import { describe, expect, it } from 'vitest';
import { createRandom } from '@shared/random';
import { layOutNeighbours } from '@workbench/probes/neighbour-map';

/** Four groups in eight dimensions, each along a bent line of its own, so that no plane shows them apart. */
function bentGroups(each: number) {
  const random = createRandom('neighbours');
  const groups: number[] = [];
  const features: number[] = [];
  for (let index = 0; index < 4 * each; index++) {
    const group = index % 4;
    const turn = (group * Math.PI) / 2 + random.uniform(0, 1.2);
    const [a, b] = [Math.cos(turn), Math.sin(turn)];
    groups.push(group);
    features.push(a, b, a * b, a * a, 3 * (group % 2), 3 * (group > 1 ? 1 : 0), random.normal(0, 0.1), 5);
  }
  return { features: Float32Array.from(features), groups };
}

describe('the map of neighbours', () => {
  it('keeps those together that are near in all dimensions, the same way each time', () => {
    const { features, groups } = bentGroups(40);
    const map = layOutNeighbours(features, 8);
    if (!map) throw new Error('no map');
    expect([map.x.length, map.y.length]).toEqual([160, 160]);
    const nearest = groups.map((_, here) => {
      const distances = groups.map((_group, there) =>
        there === here
          ? Infinity
          : Math.hypot((map.x[here] ?? 0) - (map.x[there] ?? 0), (map.y[here] ?? 0) - (map.y[there] ?? 0)),
      );
      return groups[distances.indexOf(Math.min(...distances))];
    });
    expect(nearest.filter((group, here) => group === groups[here]).length / 160).toBeGreaterThan(0.98);
    expect(layOutNeighbours(features, 8)).toEqual(map);
  });

  it('is none of a handful of points', () => {
    expect(layOutNeighbours(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2)).toBeNull();
    expect(layOutNeighbours(new Float32Array(0), 0)).toBeNull();
  });
});
