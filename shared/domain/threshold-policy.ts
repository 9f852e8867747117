import { z } from '@shared/zod';
import { AppError } from '../contract/errors';

/** Rules that take a threshold from a dev set. */
export const devRules = ['eer', 'min-hter', 'bpcer10', 'bpcer20', 'bpcer100'] as const;
export type DevRule = (typeof devRules)[number];

/** Policies for a pair of score files, `fixed:X` aside. */
export const filePolicies = [...devRules.map((rule) => `dev-${rule}` as const), 'test-eer'] as const;

/** Policies inside a project, `fixed:X` aside: the first word says whose dev set it is. */
export const projectPolicies = [
  ...devRules.map((rule) => `source-dev-${rule}` as const),
  ...devRules.map((rule) => `target-dev-${rule}` as const),
  'oracle-eer',
] as const;

export type NamedThresholdPolicy = (typeof filePolicies)[number] | (typeof projectPolicies)[number];

/** A policy taken apart: a fixed value, or a rule and the set it looks at. */
export type ThresholdPolicyParts =
  | { readonly kind: 'fixed'; readonly value: number }
  | {
      readonly kind: 'rule';
      readonly set: 'dev' | 'source-dev' | 'target-dev' | 'test';
      readonly rule: DevRule;
      /** Looks at the test set itself: shown apart, left out of exports unless asked for. */
      readonly oracle: boolean;
    };

const allowed = `${[...projectPolicies, ...filePolicies].join(', ')} or fixed:X with a number X`;

/**
 * A threshold policy as it is written in experiments, reports and on the command line: `source-dev-eer`, `fixed:0.5`, …
 * A fixed value may be any finite number, since scores need not lie in [0, 1].
 */
export const ThresholdPolicy = z.string().refine((text) => partsOf(text) !== null, {
  error: ({ input }) => `unknown threshold policy ${JSON.stringify(input)}: use ${allowed}`,
});
export type ThresholdPolicy = z.infer<typeof ThresholdPolicy>;

/** Takes a policy apart. Throws `bad-request` that names the allowed values. */
export function parseThresholdPolicy(text: string): ThresholdPolicyParts {
  const parts = partsOf(text);
  if (parts === null)
    throw new AppError('bad-request', `unknown threshold policy "${text}": use ${allowed}`, { policy: text });
  return parts;
}

/** The words of a stamp: `source-dev EER`, `target-dev BPCER20`, `fixed 0.5`, `oracle (test) EER`. */
export function describeThresholdPolicy(text: string): string {
  const parts = parseThresholdPolicy(text);
  if (parts.kind === 'fixed') return `fixed ${String(parts.value)}`;
  const rule = parts.rule === 'min-hter' ? 'min-HTER' : parts.rule.toUpperCase();
  return parts.oracle ? `oracle (test) ${rule}` : `${parts.set} ${rule}`;
}

function partsOf(text: string): ThresholdPolicyParts | null {
  const fixed = /^fixed:([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)$/.exec(text);
  if (fixed) {
    const value = Number(fixed[1]);
    return Number.isFinite(value) ? { kind: 'fixed', value } : null;
  }
  if (text === 'oracle-eer' || text === 'test-eer') return { kind: 'rule', set: 'test', rule: 'eer', oracle: true };
  const ruled = /^(dev|source-dev|target-dev)-(.+)$/.exec(text);
  const set = (['dev', 'source-dev', 'target-dev'] as const).find((name) => name === ruled?.[1]);
  const rule = devRules.find((name) => name === ruled?.[2]);
  return set && rule ? { kind: 'rule', set, rule, oracle: false } : null;
}
