import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Job } from '@shared/domain/job';
import { Relief, tinySettings, TrainedJobs } from '../fixtures/relief';

// Writes a project for the depth room: one small domain and eight runs with many kept epochs. One run is really trained; the
// others are copies of it under names of their own. Called as `node depth-project.cjs FOLDER EPOCHS`.

const runs = 8;
const [, , folder = '', epochs = '200'] = process.argv;
void main();

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const relief = new Relief(folder);
  await relief.createTinyProject(['O']);
  const settings = tinySettings({ 'stage1.epochs': Number(epochs), 'stage2.epochs': 1 });
  const experiment = 'name: epochs\npreset: pretrain-gan\ndata:\n  sources: [O]\n';
  writeFileSync(join(relief.project, 'experiments', 'epochs.yaml'), experiment);
  const { jobs } = await relief.json(TrainedJobs, ['train', 'epochs', ...settings], { seconds: 1200 });
  const [trained] = jobs;
  if (trained?.state !== 'done') throw new Error('the run did not end well');
  const source = join(relief.project, 'jobs', trained.id);
  const job = Job.parse(JSON.parse(readFileSync(join(source, 'job.json'), 'utf8')));
  for (let copy = 1; copy < runs; copy++) {
    const number = job.number + copy;
    const id = `${String(number).padStart(4, '0')}-${job.id.slice(5)}`;
    const target = join(relief.project, 'jobs', id);
    cpSync(source, target, { recursive: true });
    writeFileSync(
      join(target, 'job.json'),
      JSON.stringify({ ...job, id, number, name: `${job.name} copy ${String(copy)}` }),
    );
  }
}
