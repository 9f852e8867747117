/** Kernels over the elements of whole tensors, whatever their shape. One unit is `perUnit` elements. */
import { copyPadded, storeLanes, words } from './arithmetic';

/** Fields in the order in which `kernels/elementwise.ts` writes them. */
@unmanaged
export class ElementwiseJob {
  left: usize;
  /** Unused by functions of one tensor. */
  right: usize;
  output: usize;
  count: i32;
  /** A multiple of four. */
  perUnit: i32;
  slope: f32;
  limit: f32;
}

/** output = min(max(left, slope·left), limit): ReLU, ReLU6, leaky ReLU. */
export function activate(job: ElementwiseJob, first: i32, last: i32, scratch: usize): void {
  const slope = f32x4.splat(job.slope);
  const limit = f32x4.splat(job.limit);
  const end = min(job.count, last * job.perUnit);
  let i = first * job.perUnit;
  for (; i + 4 <= end; i += 4) {
    const p = v128.load(job.left + words(i));
    v128.store(job.output + words(i), f32x4.min(f32x4.max(p, f32x4.mul(p, slope)), limit));
  }
  if (i >= end) return;
  copyPadded(scratch, job.left + words(i), end - i);
  const p = v128.load(scratch);
  storeLanes(job.output + words(i), f32x4.min(f32x4.max(p, f32x4.mul(p, slope)), limit), end - i);
}

/** output = left + right. */
export function add(job: ElementwiseJob, first: i32, last: i32, _scratch: usize): void {
  const end = min(job.count, last * job.perUnit);
  let i = first * job.perUnit;
  for (; i + 4 <= end; i += 4) {
    const at = words(i);
    v128.store(job.output + at, f32x4.add(v128.load(job.left + at), v128.load(job.right + at)));
  }
  for (; i < end; i++) {
    const at = words(i);
    store<f32>(job.output + at, load<f32>(job.left + at) + load<f32>(job.right + at));
  }
}
