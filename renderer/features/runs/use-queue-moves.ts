import { type ComputedRef, ref, shallowRef } from 'vue';
import { newPlace } from './run-groups';

export interface DropTarget {
  readonly id: string;
  readonly side: 'before' | 'after';
}

/**
 * Changes the order of the queue in a table of runs: a row that waits is dragged to before or after another, or moved with
 * Alt and the arrows (Home: to the front, End: to the end).
 * @param order ids of the queue; rows that are not in it cannot be moved
 * @param shown ids of the table's rows, from the top
 * @param move puts a job before another one; null is the end
 */
export function useQueueMoves(
  order: ComputedRef<readonly string[]>,
  shown: ComputedRef<readonly string[]>,
  move: (id: string, before: string | null) => void,
) {
  const dragged = ref<string | null>(null);
  const target = shallowRef<DropTarget | null>(null);
  const said = ref('');

  const canMove = (id: string) => order.value.includes(id);
  function placeOf(id: string): string | null {
    const place = order.value.indexOf(id);
    return place < 0 ? null : `${place + 1} of ${order.value.length} in the queue`;
  }

  function put(id: string, { id: beside, side }: DropTarget): void {
    const before = newPlace(order.value, id, beside, side);
    if (before === undefined) return;
    const others = order.value.filter((other) => other !== id);
    said.value = `Moved to place ${before === null ? order.value.length : others.indexOf(before) + 1} of ${order.value.length}`;
    move(id, before);
  }

  /** @returns whether the key was one of these */
  function onKey(event: KeyboardEvent, id: string): boolean {
    if (!event.altKey || !canMove(id)) return false;
    const waiting = shown.value.filter(canMove);
    const at = waiting.indexOf(id);
    const [first, last] = [order.value[0], order.value.at(-1)];
    const wishes: Record<string, DropTarget | undefined> = {
      ArrowUp: beside(waiting[at - 1], 'before'),
      ArrowDown: beside(waiting[at + 1], 'after'),
      Home: beside(first === id ? undefined : first, 'before'),
      End: beside(last === id ? undefined : last, 'after'),
    };
    if (!(event.key in wishes)) return false;
    event.preventDefault();
    const wish = wishes[event.key];
    if (wish) put(id, wish);
    return true;
  }

  function start(event: DragEvent, id: string): void {
    if (!canMove(id)) return;
    dragged.value = id;
    event.dataTransfer?.setData('text/plain', id);
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
  }
  function over(event: DragEvent, id: string): void {
    if (dragged.value === null || !canMove(id)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'move';
    const row = event.currentTarget;
    const box = row instanceof HTMLElement ? row.getBoundingClientRect() : { top: 0, height: 0 };
    target.value = { id, side: event.clientY < box.top + box.height / 2 ? 'before' : 'after' };
  }
  function drop(event: DragEvent): void {
    const [id, wish] = [dragged.value, target.value];
    end();
    if (id === null || !wish) return;
    event.preventDefault();
    if (wish.id !== id) put(id, wish);
  }
  function end(): void {
    dragged.value = null;
    target.value = null;
  }
  return { dragged, target, said, canMove, placeOf, onKey, start, over, drop, end };
}

function beside(id: string | undefined, side: DropTarget['side']): DropTarget | undefined {
  return id === undefined ? undefined : { id, side };
}
