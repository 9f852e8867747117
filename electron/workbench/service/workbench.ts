import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectChange } from '@shared/contract/channels';
import { AppError } from '@shared/contract/errors';
import { Inspector } from '@workbench/inspection/inspector';
import { advanceQueue } from '@workbench/jobs/queue';
import { openIndex, type ProjectIndex } from '@workbench/project/index-db';
import type { Project } from '@workbench/project/project';
import { rememberProject } from '@workbench/project/recent';
import { Broadcast } from './broadcast';
import type { Grants } from './grants';
import { SampleColumnsCache } from './columns-cache';
import { SampleQueries } from './sample-query';

const queueEveryMs = 500;
const lookEveryMs = 1000;

/** The project that is open, with what is kept of it in memory. */
export interface OpenProject {
  readonly project: Project;
  readonly index: ProjectIndex;
  readonly columns: SampleColumnsCache;
  readonly queries: SampleQueries;
}

export interface WorkbenchOptions {
  readonly role: 'window' | 'command';
  readonly grants: Grants;
  readonly log: (text: string) => void;
}

/** What all channels share: the open project, its changes, and the inspector. */
export class Workbench {
  readonly changes = new Broadcast<ProjectChange>();
  readonly inspector: Inspector;
  private open: OpenProject | null = null;
  private timers: NodeJS.Timeout[] = [];
  private advancing = false;

  constructor(readonly options: WorkbenchOptions) {
    this.inspector = new Inspector(options.log);
  }

  get present(): OpenProject | null {
    return this.open;
  }

  /** @throws AppError `not-found` when no project is open */
  current(): OpenProject {
    if (!this.open) throw new AppError('not-found', 'No project is open.');
    return this.open;
  }

  /** Takes a project as the open one; the one before is closed. */
  async take(project: Project): Promise<void> {
    await this.close();
    const index = await openIndex(project);
    this.open = { project, index, columns: new SampleColumnsCache(project, index), queries: new SampleQueries() };
    await rememberProject(project);
    this.timers = [
      setInterval(() => {
        this.advance();
      }, queueEveryMs),
      this.watchFiles(project),
    ];
    this.changes.send({ what: 'project' });
  }

  async close(): Promise<void> {
    const open = this.open;
    this.open = null;
    for (const timer of this.timers) clearInterval(timer);
    this.timers = [];
    if (!open) return;
    open.index.close();
    await open.project.close();
    this.changes.send({ what: 'project' });
  }

  /** Closes everything; jobs go on. */
  async end(): Promise<void> {
    this.inspector.stop();
    await this.close();
  }

  /** Moves the queue on, one step at a time. */
  advance(): void {
    const open = this.open;
    if (!open || this.advancing) return;
    this.advancing = true;
    advanceQueue(open.project)
      .then((started) => {
        if (started.length > 0) this.changes.send({ what: 'queue' });
      })
      .catch((error: unknown) => {
        this.options.log(`queue: ${error instanceof Error ? error.message : String(error)}`);
      })
      .finally(() => {
        this.advancing = false;
      });
  }

  /** Other windows, commands and jobs change the folder too: it is looked at every second. */
  private watchFiles(project: Project): NodeJS.Timeout {
    const looks = [
      { what: 'datasets', sign: () => signatureBelow(join(project.folder, 'datasets'), datasetFiles) },
      {
        what: 'experiments',
        sign: () => ['experiments', 'presets'].map((name) => signatureBelow(join(project.folder, name))).join('\n'),
      },
      { what: 'protocols', sign: () => signatureBelow(join(project.folder, 'protocols')) },
      { what: 'reports', sign: () => signatureBelow(join(project.folder, 'reports')) },
      { what: 'queue', sign: () => timeOf(join(project.folder, 'queue.json')) },
    ] as const;
    const seen = new Map<string, string>(looks.map(({ what, sign }) => [what, sign()]));
    return setInterval(() => {
      for (const { what, sign } of looks) {
        const now = sign();
        if (seen.get(what) === now) continue;
        seen.set(what, now);
        this.changes.send({ what });
      }
    }, lookEveryMs);
  }
}

const datasetFiles = ['dataset.json', 'check.json', 'items.jsonl', 'marks.jsonl', 'recipe.json', 'prepared'];

function signatureBelow(folder: string, inside: readonly string[] = []): string {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch {
    return ''; // Not there yet.
  }
  return names
    .map((name) => {
      const path = join(folder, name);
      const parts = inside.map((part) => `${timeOf(join(path, part))}${preparedTimes(join(path, part), part)}`);
      return `${name} ${timeOf(path)} ${parts.join(' ')}`;
    })
    .join('\n');
}

/** A dataset is prepared when its shards' description appears below the recipe's folder. */
function preparedTimes(path: string, part: string): string {
  if (part !== 'prepared') return '';
  try {
    return readdirSync(path)
      .map((recipe) => timeOf(join(path, recipe, 'shard.json')))
      .join(',');
  } catch {
    return '';
  }
}

function timeOf(path: string): string {
  return String(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? '-');
}
