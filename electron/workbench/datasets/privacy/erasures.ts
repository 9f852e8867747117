import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Erasure } from '@shared/domain/erasure';
import { appendLine, readLines } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';

const erasuresFile = (project: Pick<Project, 'folder'>) => join(project.folder, 'erasures.jsonl');

export function subjectHash(dataset: string, subject: string): string {
  return createHash('sha256').update(`${dataset}\n${subject}`).digest('hex');
}

export async function recordErasure(project: Project, erasure: Erasure): Promise<void> {
  await appendLine(erasuresFile(project), Erasure.parse(erasure));
}

/** Who was erased from which dataset. */
export async function erasedSubjects(
  project: Pick<Project, 'folder'>,
): Promise<{ has(dataset: string, subject: string | null): boolean }> {
  const lines = await readLines(erasuresFile(project), Erasure, { torn: 'any' });
  const hashes = new Set(lines.map(({ subject }) => subject));
  return {
    has: (dataset, subject) => subject !== null && hashes.size > 0 && hashes.has(subjectHash(dataset, subject)),
  };
}
