import { z } from '@shared/zod';

/** Which frames of a clip become samples. Frames count from 0, in the order in which the clip shows them. */
export const FrameRule = z.discriminatedUnion('kind', [
  /** Frames 0, n, 2n… */
  z.strictObject({ kind: z.literal('every'), step: z.int().min(1).max(100_000) }),
  /** k frames spread evenly: the middle of each k-th of the clip. */
  z.strictObject({ kind: z.literal('uniform'), count: z.int().min(1).max(10_000) }),
  /** The first n frames. */
  z.strictObject({ kind: z.literal('first'), count: z.int().min(1).max(100_000) }),
  /** Two frames as SSDG takes them: frame 6, and frame 6 + ⌊n/2⌋. */
  z.strictObject({ kind: z.literal('ssdg') }),
  /** Frames by number. */
  z.strictObject({ kind: z.literal('list'), frames: z.array(z.int().nonnegative()).min(1).max(10_000) }),
]);
export type FrameRule = z.infer<typeof FrameRule>;

/** What a recipe without a rule of its own means. */
export const defaultFrameRule: FrameRule = { kind: 'uniform', count: 10 };

/**
 * The frames that a rule wants of a clip of `total` frames, ascending, none twice. A clip that is shorter than the rule
 * expects gives what it has; one without frames gives none. SSDG's first frame falls back to the last one of clips with
 * fewer than seven frames (its own code fails there).
 */
export function chooseFrames(rule: FrameRule, total: number): number[] {
  if (total < 1) return [];
  const wanted = framesOf(rule, total).filter((frame) => frame < total);
  return [...new Set(wanted)].sort((a, b) => a - b);
}

function framesOf(rule: FrameRule, total: number): number[] {
  switch (rule.kind) {
    case 'every':
      return Array.from({ length: Math.ceil(total / rule.step) }, (_, index) => index * rule.step);
    case 'uniform': {
      const count = Math.min(rule.count, total);
      return Array.from({ length: count }, (_, index) => Math.floor(((index + 0.5) * total) / count));
    }
    case 'first':
      return Array.from({ length: Math.min(rule.count, total) }, (_, index) => index);
    case 'ssdg':
      return [Math.min(6, total - 1), Math.min(6 + Math.floor(total / 2), total - 1)];
    case 'list':
      return rule.frames;
  }
}

/** The rule in words: `10 frames spread evenly`. */
export function frameRuleWords(rule: FrameRule): string {
  switch (rule.kind) {
    case 'every':
      return rule.step === 1 ? 'every frame' : `every ${rule.step}th frame`;
    case 'uniform':
      return rule.count === 1 ? 'the middle frame' : `${rule.count} frames spread evenly`;
    case 'first':
      return rule.count === 1 ? 'the first frame' : `the first ${rule.count} frames`;
    case 'ssdg':
      return 'two frames as SSDG takes them (6 and 6 + n/2)';
    case 'list':
      return `frames ${rule.frames.join(', ')}`;
  }
}
