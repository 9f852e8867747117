import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { AppError } from '@shared/contract/errors';
import { marksFile, readMarks } from '@workbench/datasets/marks';
import { recipeHash, rowsName } from '@workbench/datasets/prepared-files';
import { readRecipe, recipeFile } from '@workbench/datasets/recipe';
import { readDataset } from '@workbench/datasets/store';
import { columnsSnapshot } from '@workbench/project/cached-files';
import { systemCode } from '@workbench/project/file-errors';
import { writeFileAtomic } from '@workbench/project/files';
import { fileSignature, type ProjectIndex } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';
import { buildColumns } from './build-columns';
import { markColumns } from './mark-columns';
import { readRowsAt, type SampleColumns, type StoredColumns } from './sample-columns';

/** Raised whenever {@link StoredColumns} changes. */
const layout = 2;

/**
 * Columns of the open project's datasets; read again when their files have changed. What is worked out of large files is
 * kept in the person's cache folder, so that the next opening only reads columns.
 */
export class SampleColumnsCache {
  private readonly held = new Map<string, { signature: string; columns: Promise<SampleColumns> }>();
  private readonly stored = new Map<string, { signature: string; columns: StoredColumns }>();
  private revision = 0;

  constructor(
    private readonly project: Project,
    private readonly index: ProjectIndex,
  ) {}

  /** @throws AppError `not-found` for an unknown dataset */
  of(id: string): Promise<SampleColumns> {
    const folder = this.project.datasetFolder(id);
    const files = [join(folder, 'dataset.json'), recipeFile(this.project, id), marksFile(this.project, id)];
    const lists = [join(folder, 'items.jsonl'), join(folder, 'prepared')];
    const held = this.held.get(id);
    const signature = [...files, ...lists].map(fileSignature).join(' ');
    if (held?.signature === signature) return held.columns;
    const columns = this.read(id);
    this.held.set(id, { signature, columns });
    columns.catch(() => {
      if (this.held.get(id)?.columns === columns) this.held.delete(id);
    });
    return columns;
  }

  private async read(id: string): Promise<SampleColumns> {
    const dataset = await readDataset(this.project, id);
    const recipe = await readRecipe(this.project, id);
    const marks = await readMarks(this.project, id);
    const rowsFile = join(this.project.preparedFolder(id, recipeHash(recipe)), rowsName);
    const stored = await this.storedColumns(id, rowsFile);
    const { ids, rowsAt, rowsLength, facets } = stored;
    let lines: Map<string, number> | undefined;
    return {
      ...stored,
      facets: new Map([...facets, ...markColumns(ids, marks)]),
      dataset,
      recipe,
      marks,
      revision: ++this.revision,
      item: (line) => this.index.item(id, line),
      rows: (line) => readRowsAt(rowsFile, rowsAt[line] ?? 0, rowsLength[line] ?? 0),
      lineOf: (item) => (lines ??= new Map(ids.map((known, line) => [known, line]))).get(item),
    };
  }

  private async storedColumns(id: string, rowsFile: string): Promise<StoredColumns> {
    await this.index.ensureItems(id);
    const itemsFile = join(this.project.datasetFolder(id), 'items.jsonl');
    const signature = `${String(layout)} ${fileSignature(itemsFile)} ${rowsFile} ${fileSignature(rowsFile)}`;
    const held = this.stored.get(id);
    if (held?.signature === signature) return held.columns;
    const file = columnsSnapshot(itemsFile);
    const columns = (await readSnapshot(file, signature)) ?? (await this.build(id, rowsFile, file, signature));
    this.stored.set(id, { signature, columns });
    return columns;
  }

  private async build(id: string, rowsFile: string, file: string, signature: string): Promise<StoredColumns> {
    const columns = buildColumns(await this.index.items(id), await readIfPresent(rowsFile), rowsFile);
    try {
      await writeFileAtomic(file, serialize({ signature, columns }), { durable: false });
    } catch (error) {
      if (!(error instanceof AppError)) throw error; // A cache that cannot be written only makes the next opening slower.
    }
    return columns;
  }
}

async function readSnapshot(file: string, signature: string): Promise<StoredColumns | undefined> {
  const bytes = await readIfPresent(file);
  if (bytes.length === 0) return undefined;
  try {
    const value: unknown = deserialize(bytes);
    return isSnapshot(value) && value.signature === signature ? value.columns : undefined;
  } catch {
    return undefined; // Damaged, or of another version: it is made again.
  }
}

/** Our own file, of this layout by its signature; only its outline is looked at. */
function isSnapshot(value: unknown): value is { signature: string; columns: StoredColumns } {
  if (typeof value !== 'object' || value === null || !('signature' in value) || !('columns' in value)) return false;
  const { columns } = value;
  return typeof columns === 'object' && columns !== null && 'facets' in columns && columns.facets instanceof Map;
}

async function readIfPresent(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
