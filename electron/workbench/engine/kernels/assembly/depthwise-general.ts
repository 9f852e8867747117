/**
 * Gradients of a depthwise convolution of any filter size, stride, dilation and channel multiplier: correct for every
 * shape, fast for none. Networks meant to be trained use the 3×3 form of `depthwise.ts`.
 */
import { words } from './arithmetic';

/** Fields in the order in which `kernels/depthwise.ts` writes them. */
@unmanaged
export class GeneralDepthwiseJob {
  /** `[images, inputHeight, inputWidth, channels]` */
  input: usize;
  images: i32;
  inputHeight: i32;
  inputWidth: i32;
  channels: i32;
  /** Output channels per input channel; output channel = channel·multiplier + m. */
  multiplier: i32;
  /** `[filterHeight, filterWidth, channels, multiplier]` */
  filter: usize;
  filterHeight: i32;
  filterWidth: i32;
  /** dy, `[images, outputHeight, outputWidth, channels·multiplier]` */
  outputGradient: usize;
  outputHeight: i32;
  outputWidth: i32;
  strideY: i32;
  strideX: i32;
  dilationY: i32;
  dilationX: i32;
  paddingTop: i32;
  paddingLeft: i32;
}

/** `input` receives the gradient. One unit is one image. */
export function generalDepthwiseInputGradient(job: GeneralDepthwiseJob, first: i32, last: i32, _scratch: usize): void {
  const imageBytes = words(job.inputHeight * job.inputWidth * job.channels);
  for (let image = first; image < last; image++) {
    memory.fill(job.input + <usize>image * imageBytes, 0, imageBytes);
    for (let row = 0; row < job.outputHeight; row++)
      for (let column = 0; column < job.outputWidth; column++)
        for (let tap = 0; tap < job.filterHeight * job.filterWidth; tap++) {
          const position = inputPosition(job, image, row, column, tap);
          if (position < 0) continue;
          const target = job.input + words(position * job.channels);
          const weights = job.filter + words(tap * job.channels * job.multiplier);
          const gradient = job.outputGradient + words(outputPosition(job, image, row, column));
          for (let c = 0; c < job.channels; c++) {
            let sum = load<f32>(target + words(c));
            for (let m = c * job.multiplier; m < (c + 1) * job.multiplier; m++)
              sum += load<f32>(gradient + words(m)) * load<f32>(weights + words(m));
            store<f32>(target + words(c), sum);
          }
        }
  }
}

/** `filter` receives the gradient. One unit is one filter tap. */
export function generalDepthwiseFilterGradient(job: GeneralDepthwiseJob, first: i32, last: i32, _scratch: usize): void {
  const outputs = job.channels * job.multiplier;
  for (let tap = first; tap < last; tap++) {
    const sums = job.filter + words(tap * outputs);
    memory.fill(sums, 0, words(outputs));
    for (let image = 0; image < job.images; image++)
      for (let row = 0; row < job.outputHeight; row++)
        for (let column = 0; column < job.outputWidth; column++) {
          const position = inputPosition(job, image, row, column, tap);
          if (position < 0) continue;
          const source = job.input + words(position * job.channels);
          const gradient = job.outputGradient + words(outputPosition(job, image, row, column));
          for (let c = 0; c < job.channels; c++)
            for (let m = c * job.multiplier; m < (c + 1) * job.multiplier; m++)
              store<f32>(
                sums + words(m),
                load<f32>(sums + words(m)) + load<f32>(source + words(c)) * load<f32>(gradient + words(m)),
              );
        }
  }
}

/** Pixel index that the tap of this output pixel reads, or −1 outside the image. */
function inputPosition(job: GeneralDepthwiseJob, image: i32, row: i32, column: i32, tap: i32): i32 {
  const tapY = tap / job.filterWidth;
  const y = row * job.strideY - job.paddingTop + tapY * job.dilationY;
  const x = column * job.strideX - job.paddingLeft + (tap - tapY * job.filterWidth) * job.dilationX;
  if (u32(y) >= u32(job.inputHeight) || u32(x) >= u32(job.inputWidth)) return -1;
  return (image * job.inputHeight + y) * job.inputWidth + x;
}

function outputPosition(job: GeneralDepthwiseJob, image: i32, row: i32, column: i32): i32 {
  return ((image * job.outputHeight + row) * job.outputWidth + column) * job.channels * job.multiplier;
}
