import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { Acknowledgement, type CheckFinding, DatasetCheck, type JudgedCheck } from '@shared/domain/check';
import { z } from '@shared/zod';
import { appendLine, readJsonIfPresent, readLines, writeJson } from '@workbench/project/files';
import { fileSignature } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';
import { marksFile, readMarks } from '../marks';
import { listDatasetIds, readPreparedInfo } from '../store';

const checkFile = (project: Project, dataset: string) => join(project.datasetFolder(dataset), 'check.json');

/** State of a dataset: changes whenever its list does, samples are excluded or taken in again, or it is prepared anew. */
export async function stateOfDataset(project: Project, dataset: string): Promise<string> {
  const { excluded } = await readMarks(project, dataset);
  const left = createHash('sha256')
    .update([...excluded.keys()].sort().join('\n'))
    .digest('hex')
    .slice(0, 12);
  return [
    fileSignature(join(project.datasetFolder(dataset), 'items.jsonl')),
    left,
    await preparedAs(project, dataset),
  ].join(' ');
}

async function preparedAs(project: Project, dataset: string): Promise<string> {
  try {
    return (await readPreparedInfo(project, dataset)).contentHash;
  } catch (error) {
    if (error instanceof AppError) return '-';
    throw error;
  }
}

export async function writeCheck(project: Project, check: DatasetCheck): Promise<void> {
  await writeJson(checkFile(project, check.dataset), DatasetCheck.parse(check));
}

/** The last check of each dataset that has been checked, with what people said to its findings. */
export async function readChecks(project: Project, datasets?: readonly string[]): Promise<JudgedCheck[]> {
  const there = await listDatasetIds(project);
  const checks = await Promise.all(
    there
      .filter((id) => datasets?.includes(id) ?? true)
      .map(async (id): Promise<JudgedCheck | null> => {
        const check = await readJsonIfPresent(checkFile(project, id), DatasetCheck, `check of dataset ${id}`);
        if (!check) return null;
        const said = await readAcknowledgements(project, id);
        return {
          ...check,
          findings: check.findings
            // What it says of a dataset that is gone is gone with it.
            .filter((finding) => finding.datasets.every((other) => there.includes(other)))
            .map((finding) => ({ ...finding, acknowledged: said.get(finding.id) ?? null })),
          stale: check.list !== (await stateOfDataset(project, id)),
        };
      }),
  );
  return checks.flatMap((check) => check ?? []);
}

const KnownLine = z.union([Acknowledgement, z.looseObject({ kind: z.string() }).transform(() => null)]);

async function readAcknowledgements(
  project: Project,
  dataset: string,
): Promise<Map<string, { reason: string; time: string }>> {
  const said = new Map<string, { reason: string; time: string }>();
  for (const line of await readLines(marksFile(project, dataset), KnownLine)) {
    if (line === null) continue;
    if (line.reason === null) said.delete(line.finding);
    else said.set(line.finding, { reason: line.reason, time: line.time });
  }
  return said;
}

/**
 * Notes with the dataset why a finding may stand, or takes that back.
 * @throws AppError `not-found` when the last check has no such finding
 */
export async function acknowledgeFinding(
  project: Project,
  id: string,
  reason: string | null,
): Promise<{ dataset: string; finding: CheckFinding }> {
  project.assertWritable();
  for (const { dataset, findings } of await readChecks(project)) {
    const finding = findings.find((one) => one.id === id);
    if (!finding) continue;
    const line = Acknowledgement.safeParse({
      kind: 'acknowledge',
      finding: id,
      reason,
      time: new Date().toISOString(),
    });
    if (!line.success) throw new AppError('bad-request', 'Say in up to 400 characters why the finding may stand.');
    await appendLine(marksFile(project, dataset), line.data);
    return { dataset, finding };
  }
  throw new AppError('not-found', `The last check has no finding "${id}".`, { finding: id });
}
