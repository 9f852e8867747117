import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { ReportData, ReportDefinition } from '@shared/domain/report';
import { readJson, writeJson } from '@workbench/project/files';
import { openProject } from '@workbench/project/project';
import { evaluateReport } from './evaluate-report';

/** Names inside a reviewer bundle, beside those of a project. */
export const bundleFiles = {
  /** Which report it holds. */
  index: 'bundle.json',
  numbers: 'expected/numbers.json',
  rebuilt: 'rebuilt/numbers.json',
  sums: 'SHA256SUMS',
} as const;

export interface Rebuilt {
  readonly data: ReportData;
  /** Numbers, thresholds or hashes that are not as the bundle says; empty when all is well. */
  readonly differences: readonly string[];
  /** Files whose hash was checked. */
  readonly files: number;
}

/**
 * Makes a bundle's report again from its score files, and compares every number with what the bundle says; files are checked
 * against their hashes. Reads only the bundle; writes `rebuilt/numbers.json`.
 * @throws AppError `not-found`, `invalid` when the folder is no bundle
 */
export async function rebuildBundle(folder: string, report: string): Promise<Rebuilt> {
  const { files, differences: changed } = await checkSums(folder);
  const expected = await readJson(join(folder, bundleFiles.numbers), ReportData, 'expected numbers');
  const definition = await readJson(join(folder, 'reports', `${report}.json`), ReportDefinition, 'report');
  const project = await openProject(folder, { role: 'command', readOnly: true });
  try {
    const data = await evaluateReport(project, definition);
    await writeJson(join(folder, bundleFiles.rebuilt), data);
    return {
      data,
      files,
      differences: [...changed, ...differencesOf(withoutReasons(expected), withoutReasons(data), '')],
    };
  } finally {
    await project.close();
  }
}

/** Reasons may name folders of the machine that wrote them. */
function withoutReasons(data: ReportData): unknown {
  return { ...data, omitted: data.omitted.map(({ run }) => run) };
}

async function checkSums(folder: string): Promise<{ files: number; differences: string[] }> {
  const lines = (await readFile(join(folder, bundleFiles.sums), 'utf8')).split('\n').filter((line) => line !== '');
  const differences: string[] = [];
  for (const line of lines) {
    const [, sha256 = '', path = ''] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (path === '') throw new AppError('invalid', `${bundleFiles.sums}: "${line}" is no hash and file.`);
    try {
      const found = createHash('sha256')
        .update(await readFile(join(folder, path)))
        .digest('hex');
      if (found !== sha256) differences.push(`${path}: its bytes are not those that were bundled`);
    } catch {
      differences.push(`${path}: it is missing`);
    }
  }
  return { files: lines.length, differences };
}

/** Every place where two JSON values differ. */
function differencesOf(expected: unknown, found: unknown, path: string): string[] {
  if (isObject(expected) && isObject(found)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
    return [...keys].flatMap((key) => differencesOf(expected[key], found[key], path === '' ? key : `${path}.${key}`));
  }
  return Object.is(expected, found) || (expected ?? null) === (found ?? null)
    ? []
    : [`${path} is ${JSON.stringify(found)}, the bundle says ${JSON.stringify(expected)}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
