import type { RgbImage } from '@workbench/images/rgb-image';
import { boundingBox, intersectionOverSmaller, intersectionOverUnion, type Box } from './box';
import { suppressDuplicates, type FaceCandidate } from './detector';
import { createFaceFinder, type DetectorChoice, type Look } from './finder';
import { createMeshFitter, type FaceMesh } from './mesh';
import { poseOfMesh, type HeadPose } from './pose';
import { ImagePyramid, type SquareRegion } from './region';

/** A face that was found and measured. */
export interface Face extends HeadPose {
  /** Bounding rectangle of the mesh in image pixels: forehead to chin. */
  readonly box: Box;
  /** The detector's score, 0–1. */
  readonly score: number;
  /** The mesh network's probability that this is a face, 0–1. */
  readonly meshFlag: number;
  /** `[468, 3]` in image pixels, z in the same unit, smaller = nearer. */
  readonly mesh: Float32Array;
}

/** Why an image gives no face, or not all: nothing found, all found ones too small, found but no mesh fits. */
export type FaceFailure = 'no-face' | 'too-small' | 'mesh-rejected';

export interface FaceAnalysis {
  /** Largest first. */
  readonly faces: readonly Face[];
  /** Set exactly when `faces` is empty. */
  readonly failure?: FaceFailure;
}

export interface AnalyseOptions {
  /** One subject an image: keeps only the largest face, and looks no further once it is found. */
  readonly largestOnly?: boolean;
  /** Looks closer only when the whole image shows no face: quicker, but small faces beside large ones may be missed. */
  readonly untilFound?: boolean;
  /** Faces whose mesh is narrower than this many pixels count as too small. */
  readonly minimumFaceSize?: number;
}

export interface FacePipeline {
  /** Candidates in the whole image and, in photographs, in overlapping tiles; best first, none twice. */
  detect(image: RgbImage | ImagePyramid): Promise<FaceCandidate[]>;
  /** The mesh of a candidate, fitted in two passes. */
  mesh(image: RgbImage | ImagePyramid, candidate: FaceCandidate): Promise<FaceMesh>;
  /** Detection, mesh and pose of every face, or the reason why there is none. */
  analyse(image: RgbImage | ImagePyramid, options?: AnalyseOptions): Promise<FaceAnalysis>;
  /** The face in a box that is known beforehand, such as one a dataset ships; brows to chin or forehead to chin. */
  faceInBox(image: RgbImage | ImagePyramid, box: Box): Promise<FaceAnalysis>;
  /**
   * The face in a crop whose place is known beforehand, such as a synthetic one: no detection, the mesh alone.
   * @param region where the face and a margin of about half its size lie; the whole image unless given
   */
  meshOfCrop(image: RgbImage | ImagePyramid, region?: Box): Promise<FaceAnalysis>;
  dispose(): void;
}

/** Lowest mesh probability of a face; real faces reach 1, false boxes stay far below. */
export const minimumMeshFlag = 0.5;
/** Default of {@link AnalyseOptions.minimumFaceSize}. */
export const defaultMinimumFaceSize = 24;
/** Two meshes that share this much are one face. */
const sameMeshOverlap = 0.4;
/** The mesh network wants about half a face of margin around the detector's box. */
const candidateMargin = 1.5;

/**
 * The pipeline on the tfjs backend that is set.
 * @param detector `full-range` for photographs; `short-range` for close-ups, much faster
 * @throws AppError `not-found` when set-up has not copied the models
 */
export async function createFacePipeline(detector: DetectorChoice = 'full-range'): Promise<FacePipeline> {
  const [finder, fitter] = await Promise.all([createFaceFinder(detector), createMeshFitter()]);

  const measure = async (pyramid: ImagePyramid, candidates: readonly FaceCandidate[]): Promise<Face[]> => {
    const faces: Face[] = [];
    for (const candidate of candidates) {
      const mesh = await fitter.fit(pyramid, regionOfCandidate(candidate));
      if (mesh.flag >= minimumMeshFlag) faces.push(describeFace(mesh, candidate.score));
    }
    return faces;
  };

  const fitKnown = async (pyramid: ImagePyramid, region: SquareRegion): Promise<FaceAnalysis> => {
    const mesh = await fitter.fit(pyramid, region);
    if (mesh.flag < minimumMeshFlag) return { faces: [], failure: 'mesh-rejected' };
    return { faces: [describeFace(mesh, 1)] };
  };

  return {
    detect: (image) => detectWith(finder.looks, asPyramid(image)),
    mesh: (image, candidate) => fitter.fit(asPyramid(image), regionOfCandidate(candidate)),
    async analyse(image, options = {}) {
      const pyramid = asPyramid(image);
      const minimum = options.minimumFaceSize ?? defaultMinimumFaceSize;
      if (Math.min(pyramid.image.width, pyramid.image.height) < minimum) return { faces: [], failure: 'too-small' };
      // The first looks find the largest faces, so one subject an image needs no further look.
      const whole = finder.looks.slice(0, finder.wholeImageLooks);
      const closer = finder.looks.slice(finder.wholeImageLooks);
      const rounds = options.largestOnly
        ? finder.looks.map((look) => [look])
        : options.untilFound
          ? [whole, closer]
          : [finder.looks];
      let failure: FaceFailure = 'no-face';
      for (const looks of rounds) {
        const candidates = await detectWith(looks, pyramid);
        const measured = await measure(pyramid, candidates);
        const faces = selectFaces(measured, minimum);
        if (faces.length > 0) return { faces: options.largestOnly ? faces.slice(0, 1) : faces };
        if (measured.length > 0) failure = 'too-small';
        else if (candidates.length > 0 && failure === 'no-face') failure = 'mesh-rejected';
      }
      return { faces: [], failure };
    },
    faceInBox: (image, box) => fitKnown(asPyramid(image), regionOfCandidate({ box, score: 1, rotation: 0 })),
    meshOfCrop(image, region) {
      const pyramid = asPyramid(image);
      const { width, height } = pyramid.image;
      return fitKnown(pyramid, squareAround(region ?? { x: 0, y: 0, width, height }));
    },
    dispose() {
      finder.dispose();
      fitter.dispose();
    },
  };
}

const asPyramid = (image: RgbImage | ImagePyramid) => (image instanceof ImagePyramid ? image : new ImagePyramid(image));

async function detectWith(looks: readonly Look[], pyramid: ImagePyramid): Promise<FaceCandidate[]> {
  const candidates: FaceCandidate[] = [];
  for (const look of looks) candidates.push(...(await look(pyramid)));
  return suppressDuplicates(candidates);
}

function squareAround(box: Box): SquareRegion {
  return {
    centreX: box.x + box.width / 2,
    centreY: box.y + box.height / 2,
    side: Math.max(box.width, box.height),
    rotation: 0,
  };
}

function regionOfCandidate({ box, rotation }: FaceCandidate): SquareRegion {
  const square = squareAround(box);
  return { ...square, side: square.side * candidateMargin, rotation };
}

function describeFace(mesh: FaceMesh, score: number): Face {
  return { box: boundingBox(mesh.points), score, meshFlag: mesh.flag, mesh: mesh.points, ...poseOfMesh(mesh.points) };
}

/** Drops too small faces and second meshes of the same face (the one with the better score stays); largest first. */
function selectFaces(faces: readonly Face[], minimumSize: number): Face[] {
  const kept: Face[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    if (face.box.width < minimumSize) continue;
    const known = kept.some(
      ({ box }) =>
        intersectionOverUnion(box, face.box) > sameMeshOverlap || intersectionOverSmaller(box, face.box) > 0.7,
    );
    if (!known) kept.push(face);
  }
  return kept.sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
}
