import { dispose, tensor4d, type Tensor } from '@tensorflow/tfjs-core';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import { boundingBox } from './box';
import { loadFaceModel } from './face-model';
import { regionToImage, type ImagePyramid, type SquareRegion } from './region';

/** Vertices of MediaPipe's face mesh that the pipeline names. Left and right as seen in the image of a frontal face. */
export const landmark = { noseTip: 4, leftEyeOuter: 33, rightEyeOuter: 263 } as const;

export const meshVertexCount = 468;

export interface FaceMesh {
  /** `[468, 3]` in image pixels; z in the same unit, smaller = nearer, origin near the head's centre. */
  readonly points: Float32Array;
  /** Probability that the region shows a face at all, 0–1. */
  readonly flag: number;
}

export interface MeshFitter {
  /** Fits the mesh within a region, then again within the region that the first mesh asks for. */
  fit(pyramid: ImagePyramid, region: SquareRegion): Promise<FaceMesh>;
  dispose(): void;
}

const inputSize = 192;
/** The network was trained on faces that fill 1/1.5 of its input. */
const regionMargin = 1.5;

export async function createMeshFitter(): Promise<MeshFitter> {
  const model = await loadFaceModel('facemesh');
  const fitOnce = async (pyramid: ImagePyramid, region: SquareRegion): Promise<FaceMesh> => {
    const { points, flag } = await runMesh(model, pyramid.sample(region, inputSize));
    return { points: regionToImage(points, region, inputSize), flag };
  };
  return {
    async fit(pyramid, region) {
      const rough = await fitOnce(pyramid, region);
      return fitOnce(pyramid, regionOfMesh(rough.points, regionMargin, true));
    },
    dispose: () => {
      model.dispose();
    },
  };
}

async function runMesh(model: GraphModel, pixels: Float32Array): Promise<FaceMesh> {
  const input = tensor4d(
    pixels.map((value) => value / 255),
    [1, inputSize, inputSize, 3],
  );
  const output = model.execute(input);
  const tensors: Tensor[] = Array.isArray(output) ? output : [output];
  try {
    const points = tensors.find((tensor) => tensor.size === meshVertexCount * 3);
    const flag = tensors.find((tensor) => tensor.size === 1); // a probability already, not a logit
    if (!points || !flag) throw new Error('the face mesh network gave no mesh');
    const [probability = 0] = await flag.data();
    return { points: Float32Array.from(await points.data()), flag: probability };
  } finally {
    dispose([input, ...tensors]);
  }
}

/** Radians by which the line through the outer eye corners is turned from the horizontal, clockwise as seen. */
export function eyeLineRotation(points: Float32Array): number {
  const left = 3 * landmark.leftEyeOuter;
  const right = 3 * landmark.rightEyeOuter;
  return Math.atan2((points[right + 1] ?? 0) - (points[left + 1] ?? 0), (points[right] ?? 0) - (points[left] ?? 0));
}

/**
 * The square around a mesh: its bounding rectangle (turned with the eye line where `align`), its centre kept, the longer
 * side times `scale`.
 */
export function regionOfMesh(points: Float32Array, scale: number, align: boolean): SquareRegion {
  const rotation = align ? eyeLineRotation(points) : 0;
  const cos = Math.cos(rotation);
  const sin = Math.sin(rotation);
  const turned = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    turned[i] = cos * (points[i] ?? 0) + sin * (points[i + 1] ?? 0);
    turned[i + 1] = cos * (points[i + 1] ?? 0) - sin * (points[i] ?? 0);
  }
  const box = boundingBox(turned);
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  return {
    centreX: cos * x - sin * y,
    centreY: sin * x + cos * y,
    side: scale * Math.max(box.width, box.height),
    rotation,
  };
}
