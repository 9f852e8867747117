import { Notification } from 'electron';
import type { JobWatch } from './job-watch';
import { type Notice, noticesOf } from './job-words';

/**
 * Tells of jobs that end, fail or stand still while nobody is looking at the window.
 * @param isWatched whether the window has the focus
 * @param open brings the window up
 */
export function notifyOfJobs(jobs: JobWatch, isWatched: () => boolean, open: () => void): void {
  jobs.changed.subscribe((changes) => {
    if (isWatched() || !Notification.isSupported()) return;
    for (const notice of noticesOf(changes, jobs.all)) notify(notice, open);
  });
}

export function notify({ title, body }: Notice, open: () => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  notification.on('click', open);
  notification.show();
}
