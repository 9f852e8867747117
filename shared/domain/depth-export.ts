import { z } from '@shared/zod';
import { ColourMapName } from '@shared/figures/colour-maps';
import { JobId } from './names';
import { FigureWidth } from './report';
import { SampleReference } from './sample-reference';

export const DepthExportKind = z.enum(['sheet-pdf', 'sheet-png', 'sheet-svg', 'arrays', 'sweep']);
export type DepthExportKind = z.infer<typeof DepthExportKind>;

export const depthExportFacts: Readonly<Record<DepthExportKind, { title: string; note: string }>> = {
  'sheet-pdf': { title: 'Contact sheet, PDF', note: 'vectors, text as text' },
  'sheet-png': { title: 'Contact sheet, PNG', note: '300 dots an inch' },
  'sheet-svg': { title: 'Contact sheet, SVG', note: 'vectors' },
  arrays: { title: 'Raw floats', note: 'NumPy .npy and a list of the samples' },
  sweep: { title: 'Epoch sweep, GIF', note: 'every kept epoch' },
};

/** What of which samples through which runs is written to files. */
export const DepthExport = z.strictObject({
  kinds: z.array(DepthExportKind).min(1),
  /** The first one's maps go into arrays and sweep; all are rows of the sheet. */
  jobs: z.array(JobId).min(1).max(8),
  epoch: z.union([z.literal('last'), z.int().positive()]),
  samples: z.array(SampleReference).min(1).max(64),
  colourMap: ColourMapName,
  widthMillimetres: FigureWidth,
  blurFaces: z.boolean(),
});
export type DepthExport = z.infer<typeof DepthExport>;
