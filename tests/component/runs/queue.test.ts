import { newPlace, queueAsGroup } from '@renderer/features/runs/run-groups';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allByRole, findByRole, findText, press } from '../support/by-role';
import { silence } from '../support/fake-client';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { jobDetail, jobSummary, project, trainJob } from '../support/sample-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
});
afterEach(() => {
  mounted?.unmount();
});

const waiting = [1, 2, 3, 4].map((number) =>
  jobSummary(
    trainJob(number, {
      ...{ id: `000${number}-x`, name: `${number % 2 === 1 ? 'one' : 'other'} O→R s${number}`, seed: number },
      experiment: number % 2 === 1 ? 'one' : 'other',
    }),
    { state: 'queued', endedAt: null },
  ),
);
const running = jobSummary(trainJob(9, { id: '0009-x', name: 'now O→R s9' }), { state: 'running', endedAt: null });

/** The queue as the workbench keeps it: each move is put into its order. */
async function open() {
  const moves: { job: string; before: string | null }[] = [];
  const queue = { paused: false, order: waiting.map(({ job }) => job.id) };
  mounted = await mountApp('/runs/0001-x', {
    'project.current': async () => project,
    'jobs.watch': async function* (_input, signal) {
      yield [...waiting, running];
      yield* silence(signal);
    },
    'jobs.detail': async () => jobDetail(running, []),
    'jobs.scalars': (_input, signal) => silence(signal),
    'jobs.log': (_input, signal) => silence(signal),
    'queue.state': async () => ({ paused: queue.paused, order: [...queue.order] }),
    'queue.move': async ({ job, before }) => {
      moves.push({ job, before });
      const others = queue.order.filter((id) => id !== job);
      const at = before === null ? others.length : others.indexOf(before);
      queue.order = [...others.slice(0, at), job, ...others.slice(at)];
      return {};
    },
    'queue.pause': async ({ paused }) => {
      queue.paused = paused;
      return {};
    },
  });
  await findText('1 of 4 in the queue');
  return { moves, queue };
}
const rowOf = (id: string) => {
  const row = document.querySelector<HTMLElement>(`[data-row="${id}"]`);
  if (!row) throw new Error(`no row ${id}`);
  return row;
};
function drag(kind: string, id: string): void {
  rowOf(id).dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true, clientY: 3 }));
}

describe('the order of the queue', () => {
  it('follows a row that is dragged onto another, also across groups', async () => {
    const { queue } = await open();
    // The pointer in the upper half of each row.
    vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockReturnValue(new DOMRect(0, 0, 500, 28));
    expect(rowOf('0003-x').getAttribute('draggable')).toBe('true');
    expect(rowOf('0009-x').getAttribute('draggable')).toBe('false');
    drag('dragstart', '0003-x');
    drag('dragover', '0002-x');
    await settle();
    expect(rowOf('0002-x').className).toMatch(/before|after/);
    drag('drop', '0002-x');
    await settle();
    expect(queue.order).toEqual(['0001-x', '0003-x', '0002-x', '0004-x']);
    expect(rowOf('0002-x').className).not.toMatch(/before|after/);
  });

  it('follows the keyboard: a step, the front, the end', async () => {
    const { moves, queue } = await open();
    press(rowOf('0003-x'), 'ArrowUp', { altKey: true });
    await findText('Moved to place 1 of 4');
    // In its group the run before it is the first of the queue.
    expect(queue.order).toEqual(['0003-x', '0001-x', '0002-x', '0004-x']);
    press(rowOf('0004-x'), 'Home', { altKey: true });
    await settle();
    expect(queue.order[0]).toBe('0004-x');
    press(rowOf('0004-x'), 'End', { altKey: true });
    await settle();
    expect(queue.order.at(-1)).toBe('0004-x');
    press(rowOf('0004-x'), 'End', { altKey: true });
    press(rowOf('0009-x'), 'Home', { altKey: true });
    await settle();
    expect(moves).toHaveLength(3);
  });

  it('is one list over all groups when only what waits is shown', async () => {
    const [first] = queueAsGroup([...waiting].reverse(), ['0002-x', '0001-x']);
    expect(first?.runs.map(({ job }) => job.number)).toEqual([2, 1, 3, 4]);
  });

  it('pauses after what runs, and says so before and after', async () => {
    const { queue } = await open();
    (await findByRole('button', 'Pause after current')).click();
    await findByRole('button', 'Queue paused');
    expect(queue.paused).toBe(true);
    expect(allByRole('button', 'Pause after current')).toEqual([]);
  });
});

describe('the place that a moved job is to stand before', () => {
  const order = ['a', 'b', 'c', 'd'];
  it('is the one it was put before, or the one after that it was put after', () => {
    expect(newPlace(order, 'c', 'a', 'before')).toBe('a');
    expect(newPlace(order, 'a', 'c', 'after')).toBe('d');
    expect(newPlace(order, 'a', 'd', 'after')).toBeNull();
  });
  it('is none where it stands there already, or does not wait', () => {
    expect(newPlace(order, 'b', 'a', 'after')).toBeUndefined();
    expect(newPlace(order, 'b', 'c', 'before')).toBeUndefined();
    expect(newPlace(order, 'd', 'd', 'after')).toBeUndefined();
    expect(newPlace(order, 'x', 'a', 'before')).toBeUndefined();
  });
});
