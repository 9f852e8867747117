import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from '@shared/zod';
import { dataFolder } from './app-folders';
import { readJsonIfPresent, writeJson } from './files';
import type { Project } from './project';

const RecentFile = z.array(z.object({ name: z.string(), path: z.string(), openedAt: z.string() }));
type Entry = z.infer<typeof RecentFile>[number];

const kept = 20;

function recentFile(): string {
  return join(dataFolder(), 'recent.json');
}

/** Projects opened on this machine, latest first. A list that cannot be read counts as empty. */
export async function recentProjects(): Promise<(Entry & { runs: number; missing: boolean })[]> {
  const entries = await readEntries();
  return entries.map((entry) => {
    const missing = !existsSync(join(entry.path, 'project.json'));
    return { ...entry, missing, runs: missing ? 0 : countJobs(entry.path) };
  });
}

/** Puts a project at the head of the list. */
export async function rememberProject(project: Project): Promise<void> {
  const others = (await readEntries()).filter((entry) => entry.path !== project.folder);
  const entry = { name: project.file.name, path: project.folder, openedAt: new Date().toISOString() };
  await writeJson(recentFile(), [entry, ...others].slice(0, kept));
}

async function readEntries(): Promise<Entry[]> {
  try {
    return (await readJsonIfPresent(recentFile(), RecentFile, 'list of recent projects')) ?? [];
  } catch {
    return []; // A convenience; nothing of a project depends on it.
  }
}

function countJobs(folder: string): number {
  const jobs = join(folder, 'jobs');
  return existsSync(jobs) ? readdirSync(jobs).filter((name) => existsSync(join(jobs, name, 'config.json'))).length : 0;
}
