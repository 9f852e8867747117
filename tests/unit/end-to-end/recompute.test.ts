import { describe, expect, it } from 'vitest';
import { atLevel, eerThreshold, measure, minHterThreshold, parseScores, spread } from '../../checks/recompute.mjs';

/** A score file of the given scores by attack type; the empty one is bona fide. */
function samplesOf(scores: Readonly<Record<string, readonly (number | string)[]>>) {
  const lines = Object.entries(scores).flatMap(([type, values]) =>
    values.map((value, index) => `"img, ${type} ${String(index)}",,,s1,${type},${String(value)},`),
  );
  return parseScores(['filename,video_id,frame,subject,attack_type,score,depth_score', ...lines, ''].join('\n'));
}

const first = {
  dev: samplesOf({
    '': [0.95, 0.9, 0.85, 0.8, 0.4],
    print: [0.1, 0.2, 0.3, 0.35, 0.45],
    replay: [0.05, 0.15, 0.5, 0.6, 0.88],
  }),
  test: samplesOf({
    '': [0.92, 0.81, 0.7, 0.55, 0.3],
    print: [0.05, 0.12, 0.22, 0.33, 0.41],
    replay: [0.25, 0.48, 0.58, 0.66, 0.91],
  }),
};

describe('the second code behind the check of reports', () => {
  it('takes its threshold from the dev set by the EER rule, the highest of equal ones', () => {
    expect(eerThreshold(first.dev)).toBeCloseTo(0.55, 12);
    expect(minHterThreshold(first.dev)).toBeCloseTo(0.7, 12);
    expect(eerThreshold(first.test)).toBeCloseTo(0.565, 12);
    const ties = samplesOf({ '': [0.5, 0.5, 0.5, 0.9], a: [0.1, 0.5, 0.5, 0.2] });
    expect(eerThreshold(ties)).toBeCloseTo(0.35, 12);
  });

  it('measures APCER by the worst attack type and HTER over all attacks', () => {
    const measured = measure(first.test, 0.55);
    expect(measured.acer).toBeCloseTo(0.4, 12);
    expect(measured.hter).toBeCloseTo(0.25, 12);
    expect(measured.auc).toBeCloseTo(0.78, 12);
    expect(measured).toMatchObject({ bonaFide: 5, attacks: 10 });
  });

  it('reads decimal scores as they are written', () => {
    const column = (step: number) => Array.from({ length: 20 }, (_, index) => (step * (index + 1)).toFixed(2));
    const samples = samplesOf({ '': column(0.05), print: column(0.02), replay: column(0.03) });
    expect(eerThreshold(samples)).toBeCloseTo(0.345, 12);
    const measured = measure(samples, 0.5);
    expect(measured.acer).toBeCloseTo(0.325, 12);
    expect(measured.hter).toBeCloseTo(0.275, 12);
    expect(measured.auc).toBeCloseTo(0.7625, 12);
  });

  it('counts samples without a face as rejected in HTER only', () => {
    const samples = samplesOf({ '': [0.9, 0.8, '', 0.7], print: [0.1, 0.2, 0.3, 0.4] });
    const measured = measure(samples, 0.5);
    expect(measured.acer).toBe(0);
    expect(measured.hter).toBeCloseTo(1 / 16, 12);
  });

  it('makes one score of a clip', () => {
    const lines = [
      ...[0.9, 0.8, 0.4].map((score) => `f,L1,0,s1,,${String(score)},`),
      ...[0.45, 0.4, 0.95].map((score) => `f,L2,0,s2,,${String(score)},`),
      ...[0.1, 0.2, 0.7].map((score) => `f,S1,0,s1,print,${String(score)},`),
      ...[0.55, 0.3, 0.2].map((score) => `f,S2,0,s2,print,${String(score)},`),
    ];
    const frames = parseScores(['filename,video_id,frame,subject,attack_type,score,depth_score', ...lines].join('\n'));
    const hter = (level: string) => measure(atLevel(frames, level), 0.5).hter;
    expect(hter('frame')).toBeCloseTo(5 / 12, 12);
    expect(measure(frames, 0.5).auc).toBeCloseTo(5 / 6, 12);
    expect(hter('video:mean')).toBe(0);
    expect(hter('video:median')).toBe(0.25);
    expect(hter('video:max')).toBe(0.5);
    expect(hter('video:min')).toBe(0.5);
  });

  it('spreads over seeds by n - 1', () => {
    const folds = spread([1, 2.5, 0, 4, 3.5, 1]);
    expect(folds.mean).toBe(2);
    expect(folds.sd).toBeCloseTo(Math.sqrt(2.5), 12);
    expect(spread([0.25, null])).toEqual({ mean: 0.25, sd: null, n: 1 });
  });

  it('names the file and line of a score that is none', () => {
    const text = 'filename,video_id,frame,subject,attack_type,score,depth_score\na,,,s,,0.5,\nb,,,s,,high,\n';
    expect(() => parseScores(text, 'x.csv')).toThrow('x.csv:3: "high" is no score');
    expect(() => parseScores('filename,score\na,1\n', 'x.csv')).toThrow('x.csv has no column attack_type');
  });
});
