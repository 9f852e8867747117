/** From a kernel's number to its function; the numbers are those of `kernels/kernel-pool.ts`. */
import { BatchNormJob, batchNormAffine, batchNormApply, batchNormMerge, batchNormMoments } from './batch-norm';
import {
  BatchNormGradientJob,
  batchNormGradientAffine,
  batchNormGradientMerge,
  batchNormGradientSpread,
  batchNormGradientSums,
} from './batch-norm-gradient';
import { ConvolutionJob, PackFilterJob, convolve, packFilter } from './convolution';
import { DepthwiseJob, depthwise, depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
import {
  GeneralDepthwiseJob,
  generalDepthwiseFilterGradient,
  generalDepthwiseInputGradient,
} from './depthwise-general';
import { ElementwiseJob, activate, add } from './elementwise';
import { FilterGradientJob, filterGradient } from './filter-gradient';
import {
  AdamJob,
  UpsampleJob,
  UpsampledFilterJob,
  adam,
  expandUpsampledFilter,
  foldUpsampledFilter,
  upsample,
  upsampleGradient,
} from './pointwise';
import { SingleFilterGradientJob, convolveToOne, singleFilterGradient } from './single-channel';

/** Runs units [first, last) of a job; scratch belongs to the calling thread. */
export function runUnits(kernel: i32, job: usize, first: i32, last: i32, scratch: usize): void {
  switch (kernel) {
    case 0:
      packFilter(changetype<PackFilterJob>(job), first, last, scratch);
      break;
    case 1:
      convolve(changetype<ConvolutionJob>(job), first, last, scratch);
      break;
    case 2:
      convolveToOne(changetype<ConvolutionJob>(job), first, last, scratch);
      break;
    case 3:
      filterGradient(changetype<FilterGradientJob>(job), first, last, scratch);
      break;
    case 4:
      singleFilterGradient(changetype<SingleFilterGradientJob>(job), first, last, scratch);
      break;
    case 5:
      depthwise(changetype<DepthwiseJob>(job), first, last, scratch);
      break;
    case 6:
      depthwiseInputGradient(changetype<DepthwiseJob>(job), first, last, scratch);
      break;
    case 7:
      depthwiseFilterGradient(changetype<DepthwiseJob>(job), first, last, scratch);
      break;
    case 8:
      generalDepthwiseInputGradient(changetype<GeneralDepthwiseJob>(job), first, last, scratch);
      break;
    case 9:
      generalDepthwiseFilterGradient(changetype<GeneralDepthwiseJob>(job), first, last, scratch);
      break;
    case 10:
      batchNormMoments(changetype<BatchNormJob>(job), first, last, scratch);
      break;
    case 11:
      batchNormMerge(changetype<BatchNormJob>(job), first, last, scratch);
      break;
    case 12:
      batchNormApply(changetype<BatchNormJob>(job), first, last, scratch);
      break;
    case 13:
      batchNormGradientAffine(changetype<BatchNormGradientJob>(job), first, last, scratch);
      break;
    case 14:
      batchNormGradientSums(changetype<BatchNormGradientJob>(job), first, last, scratch);
      break;
    case 15:
      batchNormGradientMerge(changetype<BatchNormGradientJob>(job), first, last, scratch);
      break;
    case 16:
      batchNormGradientSpread(changetype<BatchNormGradientJob>(job), first, last, scratch);
      break;
    case 17:
      upsample(changetype<UpsampleJob>(job), first, last, scratch);
      break;
    case 18:
      upsampleGradient(changetype<UpsampleJob>(job), first, last, scratch);
      break;
    case 19:
      expandUpsampledFilter(changetype<UpsampledFilterJob>(job), first, last, scratch);
      break;
    case 20:
      foldUpsampledFilter(changetype<UpsampledFilterJob>(job), first, last, scratch);
      break;
    case 21:
      adam(changetype<AdamJob>(job), first, last, scratch);
      break;
    case 22:
      batchNormAffine(changetype<BatchNormJob>(job), first, last, scratch);
      break;
    case 23:
      activate(changetype<ElementwiseJob>(job), first, last, scratch);
      break;
    case 24:
      add(changetype<ElementwiseJob>(job), first, last, scratch);
      break;
    default:
      unreachable();
  }
}
