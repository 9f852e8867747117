import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from '@shared/zod';
import { applicationRoot } from './paths';

const Manifest = z.looseObject({ version: z.string() });

/** Relief's own version, from its package.json. */
export function reliefVersion(): string {
  return Manifest.parse(JSON.parse(readFileSync(join(applicationRoot, 'package.json'), 'utf8'))).version;
}
