import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { MediaItem } from '@shared/domain/media-item';
import { z } from '@shared/zod';
import { cacheFolder } from './app-folders';
import { systemCode } from './file-errors';
import { makeFolder } from './folders';
import { readLines } from './lines';
import type { Project } from './project';
import { type Database, openDatabase } from './sqlite';

/** Raised whenever a table changes; an index of another layout is thrown away and made again. */
const layout = 1;

const schema = `
  CREATE TABLE IF NOT EXISTS sources (dataset TEXT PRIMARY KEY, signature TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS items (dataset TEXT NOT NULL, line INTEGER NOT NULL, item TEXT NOT NULL, PRIMARY KEY (dataset, line)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, signature TEXT NOT NULL, value TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, signature TEXT NOT NULL, summary TEXT NOT NULL);
`;

const ItemRow = z.object({ item: z.string() });
const JobRow = z.object({ id: z.string(), signature: z.string(), summary: z.string() });
const NoteRow = z.object({ signature: z.string(), value: z.string() });
const CountRow = z.object({ n: z.number() });
const SourceRow = z.object({ signature: z.string() });

/**
 * A project's index in the user's cache folder: media items that have been checked once, and summaries of jobs that
 * have ended. The project's files are the truth; an index that is missing or old is filled again from them.
 */
export interface ProjectIndex {
  /** Items of a dataset in the order of `items.jsonl`; read from the index when the file is unchanged since. */
  items(dataset: string): Promise<MediaItem[]>;
  /** One item by its line, where {@link items} or {@link ensureItems} has seen the list. */
  item(dataset: string, line: number): MediaItem | undefined;
  /** As {@link items}, without handing them out. @returns how many there are */
  ensureItems(dataset: string): Promise<number>;
  /** Something small that was worked out from files with this signature. */
  note(key: string, signature: string): unknown;
  putNote(key: string, signature: string, value: unknown): void;
  /** The summary stored for a job, when it was made from files with this signature. */
  job(id: string, signature: string): unknown;
  putJob(id: string, signature: string, summary: unknown): void;
  /** Takes everything of a dataset out, notes of any kind among it, and leaves nothing of it in the file. */
  forget(dataset: string): void;
  counts(): { readonly items: number; readonly jobs: number };
  close(): void;
}

/** Where a project's index lies: by the hash of its folder, so that projects never share one. */
export function indexFile(project: Pick<Project, 'folder'>): string {
  const name = createHash('sha256').update(project.folder).digest('hex').slice(0, 16);
  return join(cacheFolder(), 'index', `${name}.sqlite`);
}

/** Opens (or creates) the index. Where the cache folder cannot be written it lives in memory. */
export async function openIndex(project: Project): Promise<ProjectIndex> {
  return indexOver(project, await openFile(indexFile(project)));
}

/** Throws the index away and fills it again from the project's files. */
export async function rebuildIndex(project: Project): Promise<{ datasets: number; items: number }> {
  await removeIndex(indexFile(project));
  const index = await openIndex(project);
  try {
    const datasets = datasetsOf(project);
    for (const dataset of datasets) await index.items(dataset);
    return { datasets: datasets.length, items: index.counts().items };
  } finally {
    index.close();
  }
}

async function openFile(path: string): Promise<Database> {
  try {
    await makeFolder(dirname(path));
    const database = await openDatabase(path);
    try {
      prepare(database);
      return database;
    } catch {
      database.close();
      await removeIndex(path); // Damaged: it can be made again.
    }
    const fresh = await openDatabase(path);
    prepare(fresh);
    return fresh;
  } catch (error) {
    const refused = error instanceof AppError || systemCode(error) !== undefined;
    if (!refused && error instanceof Error && !/sqlite|database/i.test(error.message)) throw error;
    const inMemory = await openDatabase(':memory:');
    prepare(inMemory);
    return inMemory;
  }
}

function prepare(database: Database): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 3000;');
  const version = z.object({ user_version: z.number() }).parse(database.prepare('PRAGMA user_version').get());
  if (version.user_version !== layout)
    database.exec(
      'DROP TABLE IF EXISTS items; DROP TABLE IF EXISTS sources; DROP TABLE IF EXISTS notes; DROP TABLE IF EXISTS jobs;',
    );
  database.exec(`${schema} PRAGMA user_version = ${String(layout)};`);
}

async function removeIndex(path: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${path}${suffix}`, { force: true });
}

function indexOver(project: Project, database: Database): ProjectIndex {
  const getJob = database.prepare('SELECT id, signature, summary FROM jobs WHERE id = ?');
  const putJob = database.prepare('INSERT OR REPLACE INTO jobs (id, signature, summary) VALUES (?, ?, ?)');
  const getSource = database.prepare('SELECT signature FROM sources WHERE dataset = ?');
  const getItem = database.prepare('SELECT item FROM items WHERE dataset = ? AND line = ?');
  const countItems = database.prepare('SELECT count(*) AS n FROM items WHERE dataset = ?');
  const getNote = database.prepare('SELECT signature, value FROM notes WHERE key = ?');
  const putNote = database.prepare('INSERT OR REPLACE INTO notes (key, signature, value) VALUES (?, ?, ?)');
  const fresh = async (dataset: string): Promise<MediaItem[] | undefined> => {
    const file = join(project.datasetFolder(dataset), 'items.jsonl');
    const signature = fileSignature(file);
    const known = SourceRow.safeParse(getSource.get(dataset)).data;
    if (known?.signature === signature && signature !== 'missing') return undefined;
    const items = await readLines(file, MediaItem);
    storeItems(database, dataset, signature, items);
    return items;
  };
  return {
    async items(dataset) {
      return (await fresh(dataset)) ?? storedItems(database, dataset);
    },
    item(dataset, line) {
      const row = ItemRow.safeParse(getItem.get(dataset, line)).data;
      return row && trustedItem(JSON.parse(row.item));
    },
    async ensureItems(dataset) {
      return (await fresh(dataset))?.length ?? CountRow.parse(countItems.get(dataset)).n;
    },
    note(key, signature) {
      const row = NoteRow.safeParse(getNote.get(key)).data;
      return row?.signature === signature ? (JSON.parse(row.value) as unknown) : undefined;
    },
    putNote(key, signature, value) {
      putNote.run(key, signature, JSON.stringify(value));
    },
    job(id, signature) {
      const row = JobRow.safeParse(getJob.get(id)).data;
      return row?.signature === signature ? (JSON.parse(row.summary) as unknown) : undefined;
    },
    putJob(id, signature, summary) {
      putJob.run(id, signature, JSON.stringify(summary));
    },
    forget(dataset) {
      database.exec('PRAGMA secure_delete = ON');
      database.prepare('DELETE FROM items WHERE dataset = ?').run(dataset);
      database.prepare('DELETE FROM sources WHERE dataset = ?').run(dataset);
      database.exec('DELETE FROM notes; DELETE FROM jobs; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);');
    },
    counts() {
      const count = (table: string) => CountRow.parse(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()).n;
      return { items: count('items'), jobs: count('jobs') };
    },
    close() {
      database.close();
    },
  };
}

/** Checked when they were stored; only the shape of the row is looked at again. */
function storedItems(database: Database, dataset: string): MediaItem[] {
  const rows = database.prepare('SELECT item FROM items WHERE dataset = ? ORDER BY line').all(dataset);
  return rows.map((row) => trustedItem(JSON.parse(ItemRow.parse(row).item)));
}

function trustedItem(value: unknown): MediaItem {
  if (isItem(value)) return value;
  throw new Error('the index holds something else than items');
}

function isItem(value: unknown): value is MediaItem {
  return typeof value === 'object' && value !== null && 'id' in value && 'path' in value && 'set' in value;
}

function storeItems(database: Database, dataset: string, signature: string, items: readonly MediaItem[]): void {
  const insert = database.prepare('INSERT INTO items (dataset, line, item) VALUES (?, ?, ?)');
  database.exec('BEGIN IMMEDIATE');
  try {
    database.prepare('DELETE FROM items WHERE dataset = ?').run(dataset);
    items.forEach((item, line) => insert.run(dataset, line, JSON.stringify(item)));
    database.prepare('INSERT OR REPLACE INTO sources (dataset, signature) VALUES (?, ?)').run(dataset, signature);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** Size and time of change: what tells that a file is another one. */
export function fileSignature(path: string): string {
  if (!existsSync(path)) return 'missing';
  const { size, mtimeMs } = statSync(path);
  return `${String(size)}-${String(mtimeMs)}`;
}

/** Ids of the datasets in a project, sorted. */
export function datasetsOf(project: Pick<Project, 'folder'>): string[] {
  const folder = join(project.folder, 'datasets');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'dataset.json')))
    .sort();
}
