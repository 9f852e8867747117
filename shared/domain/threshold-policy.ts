import { z } from '@shared/zod';
import { AppError } from '../contract/errors';

/** Rules that take a threshold from a dev set, as lists offer them. */
export const devRules = ['eer', 'min-hter', 'bpcer10', 'bpcer20', 'bpcer100'] as const;
export type DevRule = (typeof devRules)[number];

/** BPCER at APCER ≤ 1/k by the smallest threshold that holds it, where bob's sits on an attack score. */
export const smallestRules = ['bpcer10-smallest', 'bpcer20-smallest', 'bpcer100-smallest'] as const;

/** Every rule but `apcer:X`, which carries a number. */
export const namedRules = [...devRules, ...smallestRules] as const;
export type NamedRule = (typeof namedRules)[number];

/** Policies for a pair of score files, `fixed:X` and `…apcer:X` aside. */
export const filePolicies = [
  ...namedRules.map((rule) => `dev-${rule}` as const),
  ...devRules.map((rule) => `test-${rule}` as const),
] as const;

/** Policies inside a project, `fixed:X` and `…apcer:X` aside: the first word says whose dev set it is. */
export const projectPolicies = [
  ...namedRules.map((rule) => `source-dev-${rule}` as const),
  ...namedRules.map((rule) => `target-dev-${rule}` as const),
  ...devRules.map((rule) => `oracle-${rule}` as const),
] as const;

export type NamedThresholdPolicy = (typeof filePolicies)[number] | (typeof projectPolicies)[number];

/** A policy taken apart: a fixed value, or a rule and the set it looks at. */
export type ThresholdPolicyParts =
  | { readonly kind: 'fixed'; readonly value: number }
  | {
      readonly kind: 'rule';
      readonly set: 'dev' | 'source-dev' | 'target-dev' | 'test';
      readonly rule: NamedRule | 'apcer';
      /** The largest APCER of any attack type that the rule `apcer` allows, in (0, 1). */
      readonly apcer?: number;
      /** Looks at the test set itself: shown apart, left out of exports unless asked for. */
      readonly oracle: boolean;
    };

const sets = ['dev', 'source-dev', 'target-dev', 'test', 'oracle'] as const;
const allowed =
  `(source-dev|target-dev|oracle)-(${devRules.join('|')}), in projects, such as source-dev-eer, target-dev-min-hter, oracle-eer; ` +
  `(dev|test)-(${devRules.join('|')}) for files, such as dev-bpcer20, test-eer; bpcer rules also as …-smallest, ` +
  '…-apcer:X with 0 < X < 1, or fixed:X with a number X';

/**
 * A threshold policy as it is written in experiments, reports and on the command line: `source-dev-eer`,
 * `source-dev-apcer:0.03`, `fixed:0.5`, … A fixed value may be any finite number, since scores need not lie in [0, 1].
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

/** The words of a stamp: `source-dev EER`, `target-dev BPCER20`, `source-dev BPCER at APCER 3 %`, `fixed 0.5`, `oracle (test) EER`. */
export function describeThresholdPolicy(text: string): string {
  const parts = parseThresholdPolicy(text);
  if (parts.kind === 'fixed') return `fixed ${String(parts.value)}`;
  return `${parts.oracle ? 'oracle (test)' : parts.set} ${describeRule(parts.rule, parts.apcer)}`;
}

/** Whether the threshold is taken from the test set itself. */
export function isOracle(text: string): boolean {
  const parts = parseThresholdPolicy(text);
  return parts.kind === 'rule' && parts.oracle;
}

function describeRule(rule: NamedRule | 'apcer', apcer: number | undefined): string {
  if (rule === 'apcer') return `BPCER at APCER ${String(Number(((apcer ?? 0) * 100).toPrecision(6)))} %`;
  if (rule === 'min-hter') return 'min-HTER';
  return rule.endsWith('-smallest') ? `smallest ${rule.replace('-smallest', '').toUpperCase()}` : rule.toUpperCase();
}

function partsOf(text: string): ThresholdPolicyParts | null {
  const fixed = /^fixed:([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)$/.exec(text);
  if (fixed) {
    const value = Number(fixed[1]);
    return Number.isFinite(value) ? { kind: 'fixed', value } : null;
  }
  const name = sets.find((set) => text.startsWith(`${set}-`));
  if (name === undefined) return null;
  const oracle = name === 'test' || name === 'oracle';
  const set = name === 'oracle' ? 'test' : name;
  const rest = text.slice(name.length + 1);
  const limit = /^apcer:(0?\.\d+)$/.exec(rest);
  if (limit) {
    const apcer = Number(limit[1]);
    return apcer > 0 ? { kind: 'rule', set, rule: 'apcer', apcer, oracle } : null;
  }
  const rule = (oracle ? devRules : namedRules).find((one) => one === rest);
  return rule ? { kind: 'rule', set, rule, oracle } : null;
}
