import { PreparationRecipe } from '@shared/domain/dataset';
import { DatasetId, JobId } from '@shared/domain/names';
import { Bytes, Floats, z } from '@shared/zod';
import type { Contract } from '../peer';
import { SampleReference } from './references';

/** What a recipe makes of one picture, before anything is written. */
export const FacePreview = z.strictObject({
  /** JPEG of the crop; null where there is no face. */
  crop: Bytes.nullable(),
  /** `[468, 3]` in crop pixels, z smaller = nearer; null without a mesh. */
  mesh: Floats.nullable(),
  /** `[32, 32]`, nearest 255. */
  depth: Bytes.nullable(),
  /** Why there is no face. */
  failure: z.string().nullable(),
});
export type FacePreview = z.infer<typeof FacePreview>;

/** How faces become samples: a recipe for each dataset. */
export const recipesChannels = {
  'recipes.read': {
    in: z.strictObject({ dataset: DatasetId }),
    out: z.strictObject({ recipe: PreparationRecipe, clips: z.boolean() }),
  },
  /** Prepares the dataset by another recipe from now on; what older recipes made is kept. */
  'recipes.use': {
    in: z.strictObject({ dataset: DatasetId, recipe: PreparationRecipe }),
    out: z.strictObject({ job: JobId.nullable() }),
  },
  'recipes.preview': { in: SampleReference.extend({ recipe: PreparationRecipe }), out: FacePreview },
} as const satisfies Contract;
