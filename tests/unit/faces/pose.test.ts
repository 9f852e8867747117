import { describe, expect, it } from 'vitest';
import { poseOfMesh } from '@workbench/faces/pose';
import { posedMesh } from './posed-mesh';

describe('poseOfMesh', () => {
  it('finds every combination of turns, whatever the scale and place', () => {
    for (const yaw of [-60, -20, 0, 35])
      for (const pitch of [-40, 0, 15, 30])
        for (const roll of [-80, 0, 10, 170]) {
          const pose = poseOfMesh(posedMesh(yaw, pitch, roll));
          expect(pose.yaw).toBeCloseTo(yaw, 3);
          expect(pose.pitch).toBeCloseTo(pitch, 3);
          expect(pose.roll).toBeCloseTo(roll, 3);
        }
  });

  it('calls a turn to the image right, a raised nose and a clockwise tilt positive', () => {
    const frontal = posedMesh(0, 0, 0);
    const right = posedMesh(25, 0, 0);
    const up = posedMesh(0, 25, 0);
    const tilted = posedMesh(0, 0, 25);
    const nose = 3 * 4;
    expect(right[nose]).toBeGreaterThan((frontal[nose] ?? 0) + 20);
    expect(up[nose + 1]).toBeLessThan((frontal[nose + 1] ?? 0) - 20);
    expect(tilted[3 * 263 + 1]).toBeGreaterThan((tilted[3 * 33 + 1] ?? 0) + 20);
    expect(poseOfMesh(right).yaw).toBeGreaterThan(24);
    expect(poseOfMesh(up).pitch).toBeGreaterThan(24);
    expect(poseOfMesh(tilted).roll).toBeGreaterThan(24);
  });
});
