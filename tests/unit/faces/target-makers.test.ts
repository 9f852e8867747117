import { describe, expect, it } from 'vitest';
import { frontalMesh, poseOfMesh } from '@workbench/faces/pose';
import { pseudoDepth } from '@workbench/faces/pseudo-depth';
import { makeTarget } from '@workbench/faces/target-makers';
import { posedMesh } from './posed-mesh';

/** In a crop of 128 px: the face in the middle. */
const inCrop = (yaw: number, pitch: number) => posedMesh(yaw, pitch, 0, { scale: 5, x: 64, y: 64, z: 0 });
const mean = (map: Float32Array) => map.reduce((sum, value) => sum + value, 0) / map.length;

describe('depth targets', () => {
  it('of a mesh keep its pose', () => {
    const turned = inCrop(35, 10);
    expect(makeTarget('mesh', turned, 128, 32)).toEqual(pseudoDepth(turned, 128, 32));
    expect(makeTarget('mesh', turned, 128, 32)).not.toEqual(makeTarget('mesh', inCrop(0, 0), 128, 32));
  });

  it('of a mesh that is turned to the front are those of the face that looked there from the start', () => {
    const frontal = inCrop(0, 0);
    const straight = makeTarget('mesh', frontal, 128, 32);
    for (const [yaw, pitch] of [
      [35, 0],
      [-50, 20],
      [0, -30],
    ] as const) {
      const mesh = frontalMesh(inCrop(yaw, pitch));
      const pose = poseOfMesh(mesh);
      for (const angle of [pose.yaw, pose.pitch, pose.roll]) expect(angle).toBeCloseTo(0, 3);
      // The middle of the points turns with the head, so the map may lie elsewhere by a part of a cell: its sum may not.
      expect(mean(makeTarget('frontal-mesh', inCrop(yaw, pitch), 128, 32))).toBeCloseTo(mean(straight), 2);
    }
    const unmoved = makeTarget('frontal-mesh', frontal, 128, 32);
    for (const [cell, value] of straight.entries()) expect(unmoved[cell]).toBeCloseTo(value, 3);
  });

  it('can be the face’s mask: 1 inside, whatever its relief, 0 outside', () => {
    const mesh = inCrop(20, 0);
    const mask = makeTarget('silhouette', mesh, 128, 32);
    const relief = makeTarget('mesh', mesh, 128, 32);
    for (const [cell, value] of relief.entries()) {
      if (value > 0) expect(mask[cell]).toBeGreaterThan(0);
      expect(mask[cell]).toBeGreaterThanOrEqual(value - 1e-6);
    }
    expect(Math.max(...mask)).toBeCloseTo(1, 6);
    expect(mask[0]).toBe(0);
    expect(mask[16 * 32 + 16]).toBeCloseTo(1, 6);
  });

  it('can be ones everywhere', () => {
    expect(makeTarget('ones', inCrop(0, 0), 128, 32)).toEqual(new Float32Array(1024).fill(1));
  });
});
