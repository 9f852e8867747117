/**
 * Sharing one job among threads. The posting thread writes the job and then its claim word; every thread, the posting
 * one included, claims units from it until none is left. Between jobs the claim word stands at a unit no job has, and a
 * claim succeeds only while the word has not changed, so a late thread can touch neither a finished nor a half-written
 * job. Which thread computes a unit does not affect its
 * result, hence results do not depend on timing.
 */
import { runUnits } from './dispatch';

/** The block in shared memory, 8-byte aligned, in the order in which `kernels/thread-pool.ts` writes it. */
@unmanaged
export class Control {
  /** Number of the job in the upper half, next unclaimed unit in the lower. */
  claim: i64;
  units: i32;
  /** Units claimed at once. */
  grain: i32;
  finished: i32;
  kernel: i32;
  /** Scratch of thread t: scratch + t·scratchStride. */
  scratch: usize;
  scratchStride: usize;
  /** Threads waiting for a job. */
  sleepers: i32;
  closed: i32;
}

const CLAIM: usize = offsetof<Control>('claim');
const FINISHED: usize = offsetof<Control>('finished');
const SLEEPERS: usize = offsetof<Control>('sleepers');
const CLOSED: usize = offsetof<Control>('closed');
/** Next unit between jobs. */
const NOTHING_TO_CLAIM: i64 = 0x7fffffff;
/** Byte offset of the job's own fields. */
const JOB: usize = 64;

/** Rounds of watching before a thread goes to sleep: about ten microseconds, longer than the gap between two kernels. */
const WATCH_ROUNDS: i32 = 4000;

/** Runs the posted job on the calling thread alone. */
export function runAlone(control: usize): void {
  const head = changetype<Control>(control);
  runUnits(head.kernel, control + JOB, 0, head.units, head.scratch);
}

/** Publishes the posted job, takes part in it as thread 0 and returns when all its units are finished. */
export function runShared(control: usize): void {
  const head = changetype<Control>(control);
  atomic.store<i32>(control + FINISHED, 0);
  const previous = atomic.load<i64>(control + CLAIM);
  atomic.store<i64>(control + CLAIM, ((previous >> 32) + 1) << 32);
  if (atomic.load<i32>(control + SLEEPERS) > 0) atomic.notify(control + CLAIM, -1);
  while (claimAndRun(control, 0)) {}
  let rounds = 0;
  for (;;) {
    const finished = atomic.load<i32>(control + FINISHED);
    if (finished == head.units) break;
    if (++rounds > WATCH_ROUNDS) atomic.wait<i32>(control + FINISHED, finished, 1000000);
  }
  closeClaims(control);
}

/** To be called once before the first job; afterwards every job leaves the word so. */
export function closeClaims(control: usize): void {
  atomic.store<i64>(control + CLAIM, (atomic.load<i64>(control + CLAIM) & ~0xffffffff) | NOTHING_TO_CLAIM);
}

/** A worker's life: waits for jobs and takes part in them until the pool is closed. */
export function serve(control: usize, thread: i32): void {
  let rounds = 0;
  while (!atomic.load<i32>(control + CLOSED)) {
    const seen = atomic.load<i64>(control + CLAIM);
    if (claimAndRun(control, thread)) {
      rounds = 0;
      continue;
    }
    if (++rounds < WATCH_ROUNDS) continue;
    atomic.add<i32>(control + SLEEPERS, 1);
    if (!atomic.load<i32>(control + CLOSED)) atomic.wait<i64>(control + CLAIM, seen, -1);
    atomic.sub<i32>(control + SLEEPERS, 1);
    rounds = 0;
  }
}

/** Ends all workers. */
export function close(control: usize): void {
  atomic.store<i32>(control + CLOSED, 1);
  atomic.add<i64>(control + CLAIM, 1 << 32);
  atomic.notify(control + CLAIM, -1);
}

/** Claims the next units and runs them; false when there was nothing to claim. */
function claimAndRun(control: usize, thread: i32): bool {
  const head = changetype<Control>(control);
  const claim = atomic.load<i64>(control + CLAIM);
  const first = <i32>claim;
  const units = atomic.load<i32>(control + offsetof<Control>('units'));
  if (first >= units) return false;
  const last = min(units, first + head.grain);
  const taken = (claim & ~0xffffffff) | (<i64>last);
  // A failed exchange means that another thread claimed or that a new job came: look again.
  if (atomic.cmpxchg<i64>(control + CLAIM, claim, taken) != claim) return true;
  runUnits(head.kernel, control + JOB, first, last, head.scratch + <usize>thread * head.scratchStride);
  const finished = atomic.add<i32>(control + FINISHED, last - first) + last - first;
  if (finished == units) atomic.notify(control + FINISHED, 1);
  return true;
}
