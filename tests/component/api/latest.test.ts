import { expect, it } from 'vitest';
import { answerLatest } from '@renderer/api/latest';

function recorder() {
  const begun: number[] = [];
  const finish: (() => void)[] = [];
  const ask = answerLatest(async (asked: number) => {
    begun.push(asked);
    await new Promise<void>((resolve) => finish.push(resolve));
  });
  const finishNext = async () => {
    finish.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { begun, ask, finishNext };
}

it('finishes an answer that was begun, and of the asks meanwhile answers only the last', async () => {
  const { begun, ask, finishNext } = recorder();
  for (const asked of [1, 2, 3, 4]) ask(asked);
  expect(begun).toEqual([1]);
  await finishNext();
  expect(begun).toEqual([1, 4]);
});

it('answers again after a rest', async () => {
  const { begun, ask, finishNext } = recorder();
  ask(1);
  await finishNext();
  ask(2);
  await finishNext();
  expect(begun).toEqual([1, 2]);
});
