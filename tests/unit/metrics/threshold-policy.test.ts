import { AppError } from '@shared/contract/errors';
import { describeThresholdPolicy, parseThresholdPolicy, ThresholdPolicy } from '@shared/domain/threshold-policy';
import { evaluateRates } from '@shared/metrics/evaluate';
import { describe, expect, it } from 'vitest';
import { example1, setOf } from './examples';

describe('threshold policy', () => {
  it.each([
    ['dev-eer', 'dev', 'eer', false],
    ['dev-min-hter', 'dev', 'min-hter', false],
    ['dev-bpcer20', 'dev', 'bpcer20', false],
    ['source-dev-bpcer100', 'source-dev', 'bpcer100', false],
    ['target-dev-eer', 'target-dev', 'eer', false],
    ['test-eer', 'test', 'eer', true],
    ['oracle-eer', 'test', 'eer', true],
    ['oracle-min-hter', 'test', 'min-hter', true],
    ['target-dev-bpcer20-smallest', 'target-dev', 'bpcer20-smallest', false],
  ])('takes %s apart', (text, set, rule, oracle) => {
    expect(parseThresholdPolicy(text)).toEqual({ kind: 'rule', set, rule, oracle });
    expect(ThresholdPolicy.parse(text)).toBe(text);
  });

  it('reads the APCER that a threshold may give', () => {
    expect(parseThresholdPolicy('source-dev-apcer:0.03')).toEqual({
      kind: 'rule',
      set: 'source-dev',
      rule: 'apcer',
      apcer: 0.03,
      oracle: false,
    });
    expect(parseThresholdPolicy('oracle-apcer:.1')).toMatchObject({ set: 'test', apcer: 0.1, oracle: true });
    expect(describeThresholdPolicy('dev-apcer:0.035')).toBe('dev BPCER at APCER 3.5 %');
  });

  it('reads fixed values', () => {
    expect(parseThresholdPolicy('fixed:0.5')).toEqual({ kind: 'fixed', value: 0.5 });
    expect(parseThresholdPolicy('fixed:-2e-3')).toEqual({ kind: 'fixed', value: -0.002 });
  });

  it.each([
    'eer',
    'fixed:',
    'fixed:abc',
    'fixed:1e999',
    'fixed:NaN',
    'test-youden',
    'oracle-bpcer10-smallest',
    'dev-apcer:0',
    'dev-apcer:1',
    'dev-apcer:5%',
    'source-dev-bpcer5',
    '',
    'toString',
  ])('refuses %j and names what is allowed', (text) => {
    expect(() => parseThresholdPolicy(text)).toThrow(AppError);
    expect(() => parseThresholdPolicy(text)).toThrow(/source-dev-eer.*oracle-eer.*dev-bpcer20.*test-eer.*fixed:X/);
    const parsed = ThresholdPolicy.safeParse(text);
    expect(parsed.error?.issues[0]?.message).toContain('target-dev-min-hter');
  });

  it('has words for its stamp', () => {
    expect(describeThresholdPolicy('source-dev-eer')).toBe('source-dev EER');
    expect(describeThresholdPolicy('target-dev-min-hter')).toBe('target-dev min-HTER');
    expect(describeThresholdPolicy('fixed:0.5')).toBe('fixed 0.5');
    expect(describeThresholdPolicy('oracle-eer')).toBe('oracle (test) EER');
    expect(describeThresholdPolicy('source-dev-bpcer10-smallest')).toBe('source-dev smallest BPCER10');
  });

  it('leaves threshold and rates empty when the set it names cannot give one', () => {
    const result = evaluateRates(setOf([0.5], {}), example1.test, 'dev-eer', { names: { dev: 'O dev' } });
    expect(result.threshold).toEqual({ policy: 'dev-eer', value: null, from: 'O dev' });
    expect(result.test.hter).toBeNull();
    expect(result.test.auc).toBeCloseTo(0.78, 12);
    expect(evaluateRates(null, example1.test, 'source-dev-eer').threshold.value).toBeNull();
  });
});
