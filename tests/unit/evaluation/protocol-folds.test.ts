import { describe, expect, it } from 'vitest';
import { type Protocol } from '@shared/domain/protocol';
import { findPreset, presetConfig } from '@shared/domain/settings';
import type { FinishedRun } from '@workbench/evaluation/finished-run';
import { protocolWords } from '@workbench/evaluation/protocol-words';
import { foldedProtocol, nameSystems } from '@workbench/evaluation/systems';

const empty = { any: [] };
const protocolOf = (name: string): Protocol => ({
  ...{ formatVersion: 1, name, title: '', notes: '', datasets: [], carve: null },
  sets: { train: empty, dev: empty, test: empty },
});

function run(number: number, protocol: string): FinishedRun {
  const preset = findPreset('scratch');
  if (!preset) throw new Error('no preset');
  const config = presetConfig(preset);
  return {
    job: {
      ...{ formatVersion: 1, kind: 'train', id: `${String(number).padStart(4, '0')}-x`, number, name: 'x' },
      ...{ createdAt: '2026-01-01T00:00:00Z', group: null, parent: null, experiment: 'scratch', preset: 'scratch' },
      ...{ seed: 1, sources: ['oulu'], targets: ['oulu'] },
    },
    config: { ...config, data: { ...config.data, sources: ['oulu'], protocol } },
    result: {
      ...{ kind: 'train', parameters: 1, steps: 1, seconds: 1, epochs: { stage1: 0, stage2: 1, best: 1 } },
      ...{ devHter: null, devAuc: null, scores: [] },
    },
    protocol: protocol === '' ? undefined : protocolOf(protocol),
  };
}

describe('runs under the folds of a protocol', () => {
  const folds = [1, 2, 3, 4, 5, 6].map((fold) => run(fold, `oulu.P3_${fold}`));

  it('are one system, another protocol is another', () => {
    const systems = nameSystems([...folds, run(7, 'oulu.P1'), run(8, '')]);
    expect(new Set(folds.map(({ job }) => systems.get(job.id)))).toEqual(new Set(['scratch (data.protocol=oulu.P3)']));
    expect(systems.get('0007-x')).toBe('scratch (data.protocol=oulu.P1)');
    expect(systems.get('0008-x')).toBe('scratch (as preset)');
    expect(new Set(nameSystems(folds).values())).toEqual(new Set(['scratch']));
  });

  it('are told as folds, so that a reader knows what a deviation is over', () => {
    expect(protocolWords([...folds, run(7, '')])).toEqual([
      'Train, dev and test sets by protocol oulu.P3_1, oulu.P3_2, oulu.P3_3, oulu.P3_4, oulu.P3_5, oulu.P3_6; 1 of 7 runs take the datasets’ own sets.',
      'The 6 folds of oulu.P3 (oulu.P3_1, oulu.P3_2, oulu.P3_3, oulu.P3_4, oulu.P3_5, oulu.P3_6) count as runs of one system: means and deviations are over them.',
    ]);
    expect(protocolWords([run(1, 'oulu.P1')])).toEqual(['Train, dev and test sets by protocol oulu.P1.']);
    expect(protocolWords([run(1, '')])).toEqual([]);
  });

  it('are no protocols of one’s own that happen to end in a number', () => {
    expect([foldedProtocol('mine_2'), foldedProtocol('oulu.P2'), foldedProtocol('siw.P2_4')]).toEqual([
      'mine_2',
      'oulu.P2',
      'siw.P2',
    ]);
  });
});
