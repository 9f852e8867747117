import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TensorFlowVariant } from '@shared/domain/engine';
import { z } from '@shared/zod';
import { systemCode } from '@workbench/project/file-errors';
import { writeJson } from '@workbench/project/files';
import { bindingName, tensorflowFolder } from './location';

const fileName = 'manifest.json';

/** What an installation holds. It is written last, so that a folder with a manifest is a whole installation. */
const Manifest = z.strictObject({
  formatVersion: z.literal(1),
  variant: TensorFlowVariant,
  /** TensorFlow's version. */
  version: z.string(),
  /** What it was unpacked from, with the SHA-256 of each whole file where it was one. */
  sources: z.array(z.strictObject({ name: z.string(), sha256: z.string().nullable() })),
  /** Path inside the folder, size and SHA-256, as checked when they were unpacked. */
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int().nonnegative(), sha256: z.string() })),
  binding: z.strictObject({ from: z.enum(['compiled', 'packaged']), bytes: z.int(), sha256: z.string() }),
  selfTest: z.strictObject({ passed: z.literal(true), largestDifference: z.number() }),
  installedAt: z.string(),
});
export type Manifest = z.infer<typeof Manifest>;

/** The installation's manifest; undefined where there is none, or none that this version wrote. */
export function readManifest(folder = tensorflowFolder()): Manifest | undefined {
  try {
    return Manifest.safeParse(JSON.parse(readFileSync(join(folder, fileName), 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return undefined;
    throw error;
  }
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeJson(join(folder, fileName), Manifest.parse(manifest));
}

/** The first file of an installation that is gone or has another size; undefined when all are there. Reads none of them. */
export function missingFile({ files, binding }: Manifest, folder = tensorflowFolder()): string | undefined {
  const expected = [...files, { path: bindingName, bytes: binding.bytes }];
  return expected.find(({ path, bytes }) => sizeOf(join(folder, path)) !== bytes)?.path;
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch (error) {
    if (systemCode(error) !== undefined) return undefined;
    throw error;
  }
}
