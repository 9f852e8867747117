import { describe, expect, it } from 'vitest';
import { defaultRecipe, PreparationRecipe } from '@shared/domain/dataset';
import { chooseFrames, type FrameRule } from '@shared/domain/frame-rule';
import { recipeHash } from '@workbench/datasets/prepared-files';

describe('frame rules', () => {
  it.each<[FrameRule, number, number[]]>([
    [{ kind: 'every', step: 10 }, 31, [0, 10, 20, 30]],
    [{ kind: 'every', step: 10 }, 5, [0]],
    [{ kind: 'uniform', count: 3 }, 30, [5, 15, 25]],
    [{ kind: 'uniform', count: 10 }, 4, [0, 1, 2, 3]],
    [{ kind: 'uniform', count: 1 }, 151, [75]],
    [{ kind: 'first', count: 3 }, 100, [0, 1, 2]],
    [{ kind: 'first', count: 3 }, 2, [0, 1]],
    [{ kind: 'ssdg' }, 100, [6, 56]],
    [{ kind: 'ssdg' }, 13, [6, 12]],
    [{ kind: 'ssdg' }, 9, [6, 8]],
    [{ kind: 'ssdg' }, 3, [2]],
    [{ kind: 'list', frames: [7, 3, 7, 99] }, 50, [3, 7]],
    [{ kind: 'first', count: 3 }, 0, []],
  ])('%j on %i frames', (rule, total, frames) => {
    expect(chooseFrames(rule, total)).toEqual(frames);
  });

  it('change the name of what is prepared, save for the rule that always held', () => {
    const older = PreparationRecipe.parse({
      cropSize: 128,
      cropScale: 1.5,
      align: true,
      depthSize: 32,
      detector: 'full-range',
    });
    expect(recipeHash(older)).toBe(recipeHash(defaultRecipe));
    // The folder's name in projects from before there were clips.
    expect(recipeHash(defaultRecipe)).toBe('a06aa8527b36');
    const rules: FrameRule[] = [{ kind: 'uniform', count: 9 }, { kind: 'every', step: 9 }, { kind: 'ssdg' }];
    expect(new Set(rules.map((frames) => recipeHash({ ...defaultRecipe, frames }))).size).toBe(3);
  });
});
