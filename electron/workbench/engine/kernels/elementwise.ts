import type { KernelPool } from './kernel-pool';

/** Elements of one unit. */
const UNIT = 8192;

/** output = min(max(input, slope·input), limit). */
export function activate(
  pool: KernelPool,
  count: number,
  { slope, limit }: { slope: number; limit: number },
  input: number,
  output: number,
): void {
  pool.run({
    kernel: 'activate',
    units: Math.ceil(count / UNIT),
    scratchBytes: 16,
    fields: [input, 0, output, count, UNIT, { float: slope }, { float: limit }],
  });
}

/** output = left + right, element by element. */
export function add(pool: KernelPool, count: number, left: number, right: number, output: number): void {
  pool.run({
    kernel: 'add',
    units: Math.ceil(count / UNIT),
    scratchBytes: 0,
    fields: [left, right, output, count, UNIT, { float: 0 }, { float: 0 }],
  });
}
