import fc from 'fast-check';
import {
  readPartitions,
  readQueueText,
  readShownJob,
  readSubmitted,
} from '@workbench/jobs/executors/slurm/squeue-text';
import { describe, expect, it } from 'vitest';

describe('what squeue prints', () => {
  it('is read by task: state, reason, start and node, with nothing where Slurm has nothing', () => {
    const tasks = readQueueText(
      [
        '12_0|RUNNING|2026-11-25T17:39:27|node7|None',
        '12_1|PENDING|N/A||Priority',
        '12_2|PENDING|2026-11-26T02:00:00|(null)|ReqNodeNotAvail, UnavailableNodes:node[1-4]',
        '12_3|COMPLETING|2026-11-25T17:39:27|node7|None',
      ].join('\n'),
    );
    expect([...tasks.values()]).toEqual([
      { id: '12_0', state: 'RUNNING', reason: null, start: '2026-11-25T17:39:27', node: 'node7' },
      { id: '12_1', state: 'PENDING', reason: 'Priority', start: null, node: null },
      {
        ...{ id: '12_2', state: 'PENDING', reason: 'ReqNodeNotAvail, UnavailableNodes:node[1-4]' },
        ...{ start: '2026-11-26T02:00:00', node: null },
      },
      { id: '12_3', state: 'COMPLETING', reason: null, start: '2026-11-25T17:39:27', node: 'node7' },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['only blanks', ' \n\n \t'],
    ['a warning', 'squeue: warning: the controller is slow\n'],
    ['a header', 'ARRAY_JOB_ID|STATE|START_TIME|NODELIST|REASON'],
    ['a torn line', '12_0|RUNN'],
    ['a line without a reason', '12_0|RUNNING|N/A|node'],
    ['a whole array that is not taken apart', '12_[0-3]|PENDING|N/A||Resources'],
    ['a job without tasks', '12|RUNNING|N/A|node|None'],
    ['a state in small letters', '12_0|running|N/A|node|None'],
    ['an id that is none', '../../etc_1|RUNNING|N/A|node|None'],
    ['a page of a proxy', '<html><body>502 | Bad Gateway | x | y | z</body></html>'],
  ])('gives no task for %s', (_what, text) => {
    expect([...readQueueText(text)]).toEqual([]);
  });

  it('keeps what can be read beside what cannot, and the last of two lines of a task', () => {
    const text = 'oops\r\n12_0|PENDING|N/A||Resources\r\n12_0|RUNNING|N/A|n1|None\r\n\u0000\u0000|||||\n12_1|RUN';
    expect([...readQueueText(text).values()]).toEqual([
      { id: '12_0', state: 'RUNNING', reason: null, start: null, node: 'n1' },
    ]);
  });

  it('is never more than there was, whatever is thrown at it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const { id, state } of readQueueText(`${text}\n3_1|RUNNING|N/A|n|None\n${text}`).values()) {
          expect(id).toMatch(/^\d+_\d+$/);
          expect(state).toMatch(/^[A-Z_]+$/);
        }
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

describe('what the other programs print', () => {
  it('names the submitted array, alone or with its cluster, after whatever a site prints before', () => {
    expect(readSubmitted('1234\n')).toBe('1234');
    expect(readSubmitted('1234;alps\n')).toBe('1234');
    expect(readSubmitted('Welcome! Your budget: 12 h\n1234\n')).toBe('1234');
    for (const text of ['', 'Submitted batch job 1234', '12a', '-4', '1234_0', '12 34'])
      expect(readSubmitted(text)).toBeUndefined();
  });

  it('tells how a job ended', () => {
    const shown = 'JobId=4 ArrayJobId=1 ArrayTaskId=2 JobName=x JobState=TIMEOUT Reason=TimeLimit Dependency=(null)';
    expect(readShownJob(shown)).toEqual({ state: 'TIMEOUT', reason: 'TimeLimit' });
    expect(readShownJob('JobState=CANCELLED Reason=None')).toEqual({ state: 'CANCELLED', reason: null });
    expect(readShownJob('slurm_load_jobs error: Invalid job id specified')).toBeUndefined();
  });

  it('lists each partition once, with its default marked and its nodes together', () => {
    const text = 'gpu*|up|1-00:00:00|3\ngpu*|up|1-00:00:00|1\nlong|down|infinite|8\nnonsense\n|up|x|1\n';
    expect(readPartitions(text)).toEqual([
      { name: 'gpu', isDefault: true, availability: 'up', timeLimit: '1-00:00:00', nodes: 4 },
      { name: 'long', isDefault: false, availability: 'down', timeLimit: 'infinite', nodes: 8 },
    ]);
  });
});
