/**
 * Answers the newest of many quick asks: one at a time, each to its end, and of those that came meanwhile only the last. A
 * person who scrubs sees every answer that can be had in time, where cancelling each for the next would show none.
 * @param answer must not reject
 */
export function answerLatest<Asked extends readonly unknown[]>(
  answer: (...asked: Asked) => Promise<void>,
): (...asked: Asked) => void {
  let waiting: Asked | undefined;
  let isAnswering = false;
  async function work(): Promise<void> {
    isAnswering = true;
    try {
      while (waiting) {
        const asked = waiting;
        waiting = undefined;
        await answer(...asked);
      }
    } finally {
      isAnswering = false;
    }
  }
  return (...asked) => {
    waiting = asked;
    if (!isAnswering) void work();
  };
}
