import { z } from '@shared/zod';

/** What a bona fide face's depth target is made of. Targets of attacks are zeros by label, whatever makes the others. */
export const DepthTarget = z.enum(['mesh', 'frontal-mesh', 'silhouette', 'ones', 'imported']);
export type DepthTarget = z.infer<typeof DepthTarget>;

/** What a predicted map is measured against: the target it was trained towards, or the dataset's own depth where it has any. */
export const DepthReference = z.enum(['target', 'own']);
export type DepthReference = z.infer<typeof DepthReference>;

/** What stands beside a prediction: a maker's target, zeros by label, or a depth of the dataset's own. */
export const ComparedWith = z.enum([...DepthTarget.options, 'zeros', 'drawn', 'measured']);
export type ComparedWith = z.infer<typeof ComparedWith>;

export interface DepthTargetFacts {
  readonly title: string;
  /** In a pane's head. */
  readonly short: string;
  readonly definition: string;
  /** Whether a face is told from its surroundings by what is above 0. */
  readonly showsFace: boolean;
}

export const depthTargetFacts: Readonly<Record<DepthTarget, DepthTargetFacts>> = {
  mesh: {
    title: 'Mesh, pose kept',
    short: 'mesh',
    definition: 'The 468-point mesh of the face as it is turned, nearest point 1, farthest and background 0.',
    showsFace: true,
  },
  'frontal-mesh': {
    title: 'Mesh, turned to the front',
    short: 'frontal mesh',
    definition: 'The same mesh turned until it faces the camera: relief without pose, not in place on a turned face.',
    showsFace: true,
  },
  silhouette: {
    title: 'Mask of the face',
    short: 'face mask',
    definition: '1 where the mesh covers the crop, else 0: where the face is, without relief.',
    showsFace: true,
  },
  ones: {
    title: 'All ones',
    short: 'ones',
    definition: '1 everywhere (the pixel-wise binary target of George and Marcel 2019): the control without any shape.',
    showsFace: false,
  },
  imported: {
    title: 'The dataset’s own depth',
    short: 'own depth',
    definition:
      'Depth that was measured with the picture, or drawn with it: inside the mesh its 2nd to 98th percentile becomes 1 (nearest) to 0.',
    showsFace: true,
  },
};
