import { describe, expect, it } from 'vitest';
import { RestartBudget } from '@desktop/restart-budget';
import { Signal } from '@desktop/signal';

describe('Signal', () => {
  it('tells every listener until it leaves', () => {
    const signal = new Signal<number>();
    const heard: number[] = [];
    const leave = signal.subscribe((value) => heard.push(value));
    signal.emit(1);
    leave();
    signal.emit(2);
    expect(heard).toEqual([1]);
  });

  it('streams first values, then what is emitted, until aborted', async () => {
    const signal = new Signal<string>();
    const abort = new AbortController();
    const heard: string[] = [];
    const reading = (async () => {
      for await (const value of signal.stream(abort.signal, ['now'])) {
        heard.push(value);
        if (value === 'now') signal.emit('later');
        if (value === 'later') abort.abort();
      }
    })();
    await reading;
    signal.emit('after');
    expect(heard).toEqual(['now', 'later']);
  });

  it('ends at once when the call is already aborted', async () => {
    const abort = new AbortController();
    abort.abort();
    const stream = new Signal<string>().stream(abort.signal);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});

describe('RestartBudget', () => {
  it('grants three restarts in ten minutes and more only as time passes', () => {
    const budget = new RestartBudget(3, 600_000);
    expect([0, 1000, 2000].map((now) => budget.take(now))).toEqual([true, true, true]);
    expect(budget.take(599_999)).toBe(false);
    expect(budget.take(600_000)).toBe(true);
    expect(budget.take(600_001)).toBe(false);
    expect(budget.take(601_000)).toBe(true);
  });
});
