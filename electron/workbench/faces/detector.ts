import { dispose, tensor4d, type Tensor } from '@tensorflow/tfjs-core';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import { intersectionOverUnion, type Box } from './box';
import { loadFaceModel } from './face-model';
import type { ImagePyramid, SquareRegion } from './region';

/** `full-range` finds faces of 1/12 to 1/3 of the region's side; `short-range` those from 1/4 on, five times faster. */
export type DetectorName = 'full-range' | 'short-range';

/** A face as the detector sees it. */
export interface FaceCandidate {
  /** About brows to chin, square, in image pixels. */
  readonly box: Box;
  /** 0–1. */
  readonly score: number;
  /** Radians by which the line of the eyes is turned from the horizontal, clockwise as seen. */
  readonly rotation: number;
}

/** Lowest score that is still looked at; the mesh decides about the doubtful ones. */
export const minimumDetectionScore = 0.5;

/** Candidates that overlap more than this are one face. */
const sameFaceOverlap = 0.3;

/** A row of the network's output: score logit, box centre and size, six points (x, y). */
const rowLength = 17;

export interface Detector {
  /** Faces within one region of the image, best first, without duplicates. */
  detect(pyramid: ImagePyramid, region: SquareRegion): Promise<FaceCandidate[]>;
  dispose(): void;
}

export async function createDetector(name: DetectorName): Promise<Detector> {
  const model = await loadFaceModel(name === 'full-range' ? 'facemesh-detection-full' : 'facemesh-detection-short');
  const size = name === 'full-range' ? 192 : 128;
  const anchors =
    name === 'full-range'
      ? createAnchors(size, [[4, 1]])
      : createAnchors(size, [
          [8, 2],
          [16, 6],
        ]);
  return {
    async detect(pyramid, region) {
      const rows = await runDetector(model, pyramid.sample(region, size), size);
      return suppressDuplicates(readCandidates(rows, anchors, region, size));
    },
    dispose: () => {
      model.dispose();
    },
  };
}

/** Centres of the SSD anchors in input pixels, `[n, 2]`: cells of each stride in row order, so many anchors a cell. */
function createAnchors(size: number, layers: readonly (readonly [stride: number, perCell: number])[]): Float32Array {
  const centres: number[] = [];
  for (const [stride, perCell] of layers)
    for (let y = stride / 2; y < size; y += stride)
      for (let x = stride / 2; x < size; x += stride) for (let i = 0; i < perCell; i++) centres.push(x, y);
  return Float32Array.from(centres);
}

/** `[anchors, 17]` from pixels 0–255; the network wants them in [−1, 1]. */
async function runDetector(model: GraphModel, pixels: Float32Array, size: number): Promise<Float32Array> {
  const input = tensor4d(
    pixels.map((value) => value / 127.5 - 1),
    [1, size, size, 3],
  );
  const output = model.execute(input);
  const tensors: Tensor[] = Array.isArray(output) ? output : [output];
  try {
    const rows = tensors.find((tensor) => tensor.shape[tensor.rank - 1] === rowLength);
    if (!rows) throw new Error('the face detector gave no candidates tensor');
    return Float32Array.from(await rows.data());
  } finally {
    dispose([input, ...tensors]);
  }
}

function readCandidates(
  rows: Float32Array,
  anchors: Float32Array,
  region: SquareRegion,
  size: number,
): FaceCandidate[] {
  const scale = region.side / size;
  const left = region.centreX - region.side / 2;
  const top = region.centreY - region.side / 2;
  const candidates: FaceCandidate[] = [];
  for (let i = 0; i * 2 < anchors.length; i++) {
    const row = i * rowLength;
    const score = 1 / (1 + Math.exp(-(rows[row] ?? 0)));
    if (score < minimumDetectionScore) continue;
    const value = (at: number) => rows[row + at] ?? 0;
    const centreX = left + scale * (value(1) + (anchors[2 * i] ?? 0));
    const centreY = top + scale * (value(2) + (anchors[2 * i + 1] ?? 0));
    const width = scale * value(3);
    const height = scale * value(4);
    candidates.push({
      box: { x: centreX - width / 2, y: centreY - height / 2, width, height },
      score,
      // Points 0 and 1 are the eyes, the image-left one first.
      rotation: Math.atan2(value(8) - value(6), value(7) - value(5)),
    });
  }
  return candidates;
}

/** Greedy non-maximum suppression: of overlapping candidates the best stays. Returns best first. */
export function suppressDuplicates(candidates: readonly FaceCandidate[]): FaceCandidate[] {
  const kept: FaceCandidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => b.score - a.score))
    if (kept.every((other) => intersectionOverUnion(candidate.box, other.box) < sameFaceOverlap)) kept.push(candidate);
  return kept;
}
