import { describe, expect, it } from 'vitest';
import { parseTrack, regionOfEyes } from '@workbench/datasets/given-faces';

describe('given faces', () => {
  it('of level eyes give an upright square below them, of tilted eyes a turned one', () => {
    const level = regionOfEyes(
      [
        [100, 50],
        [142, 50],
      ],
      1,
      true,
    );
    expect(level).toMatchObject({ centreX: 121, rotation: 0 });
    expect(level.side).toBeCloseTo(100, 5);
    expect(level.centreY).toBeCloseTo(71, 5);
    // The same face, turned a quarter clockwise about its eyes' middle.
    const turned = regionOfEyes(
      [
        [121, 29],
        [121, 71],
      ],
      1,
      true,
    );
    expect(turned.rotation).toBeCloseTo(Math.PI / 2, 5);
    expect([turned.centreX, turned.centreY].map(Math.round)).toEqual([100, 50]);
    expect(
      regionOfEyes(
        [
          [121, 29],
          [121, 71],
        ],
        1,
        false,
      ).rotation,
    ).toBe(0);
  });

  it('are the same whichever eye is named first', () => {
    expect(
      regionOfEyes(
        [
          [142, 55],
          [100, 50],
        ],
        1.5,
        true,
      ),
    ).toEqual(
      regionOfEyes(
        [
          [100, 50],
          [142, 55],
        ],
        1.5,
        true,
      ),
    );
  });

  it('are read from a track by frame; lines without sense are left out', () => {
    expect([...parseTrack('0,10,20,52,20\n1,11,20,53,21\n2,0,0,0,0\nnonsense\n', 'eyes')]).toEqual([
      [
        0,
        {
          box: null,
          eyes: [
            [10, 20],
            [52, 20],
          ],
        },
      ],
      [
        1,
        {
          box: null,
          eyes: [
            [11, 20],
            [53, 21],
          ],
        },
      ],
    ]);
    expect([...parseTrack('4 10 20 100 120\r\n5 10 20 0 0\r\n', 'box')]).toEqual([
      [4, { box: [10, 20, 100, 120], eyes: null }],
    ]);
    expect([...parseTrack('7, 10, 20, 110, 140, 30, 50, 80, 52\n', 'corners')]).toEqual([
      [
        7,
        {
          box: [10, 20, 100, 120],
          eyes: [
            [30, 50],
            [80, 52],
          ],
        },
      ],
    ]);
  });
});
