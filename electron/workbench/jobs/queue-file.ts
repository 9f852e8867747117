import { join } from 'node:path';
import { Queue } from '@shared/domain/project';
import { readJsonIfPresent, writeJson } from '@workbench/project/files';
import type { Project } from '@workbench/project/project';
import { withLock } from './lock';

export function queueFile(project: Pick<Project, 'folder'>): string {
  return join(project.folder, 'queue.json');
}

/** The queue as it stands; an absent file is an empty queue. */
export async function readQueue(project: Pick<Project, 'folder'>): Promise<Queue> {
  return (
    (await readJsonIfPresent(queueFile(project), Queue, 'queue')) ?? { formatVersion: 1, paused: false, order: [] }
  );
}

/**
 * Changes the queue under its lock: windows, commands and ending jobs may all do so. `change` gets a copy to edit; it is
 * written when it differs afterwards.
 */
export async function editQueue<T>(
  project: Pick<Project, 'folder'>,
  change: (queue: Queue) => Promise<T> | T,
): Promise<T> {
  return withLock(`${queueFile(project)}.lock`, async () => {
    const queue = await readQueue(project);
    const before = JSON.stringify(queue);
    const answer = await change(queue);
    if (JSON.stringify(queue) !== before) await writeJson(queueFile(project), queue);
    return answer;
  });
}
