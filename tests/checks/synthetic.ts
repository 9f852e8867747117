// What `npm run check:synthetic` runs: the shortcut audit over the four drawn domains at their normal difficulty, on people
// whom no probe was fitted on.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defaultRecipe, SyntheticDomain, type SynthesisOptions } from '@shared/domain/dataset';
import { audit, measure, shortcutBound } from '@workbench/datasets/doctor/audit';
import { takeFingerprints } from '@workbench/datasets/doctor/take-fingerprints';
import { prepareDataset } from '@workbench/datasets/prepare';
import { openPrepared, readItems } from '@workbench/datasets/store';
import { drawSyntheticDataset } from '@workbench/datasets/synthetic-dataset';
import { aucBySubject, rowsOf } from '@workbench/probes/cross-validation';
import { fitLogistic, predictLogOdds } from '@workbench/probes/logistic';
import { createProject, openProject } from '@workbench/project/project';

/** 60 people, of whom 18 are test: 324 test images. */
const options = { subjects: 60, bonaFideImages: 540, strength: 2.5 } as const;
const fewestTest = 300;
const folder = resolve('.cache', 'check-synthetic');
const log = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const project = existsSync(join(folder, 'project.json'))
    ? await openProject(folder, { role: 'command' })
    : await createProject(folder, 'synthetic check');
  let failed = 0;
  try {
    for (const [index, domain] of SyntheticDomain.options.entries()) {
      const synthesis: SynthesisOptions = { ...options, domain, seed: 40 + index };
      log(`domain ${domain}: drawing and preparing (kept for next time) …`);
      await drawSyntheticDataset(project, domain, synthesis, { threads: 2 });
      await prepareDataset(project, domain, defaultRecipe, { threads: 2 });
      const { prints } = await takeFingerprints(project, domain, await readItems(project, domain));
      const data = await openPrepared(project, domain);
      const measured = await measure(data, prints, { most: data.samples.length });
      data.close();
      const { audit: crossed } = await audit(measured);
      const rows = (isTest: boolean) =>
        measured.records.flatMap(({ item }, row) => ((item.set === 'test') === isTest ? [row] : []));
      const [inside, outside] = [rows(false), rows(true)];
      const labels = (of: readonly number[]) => of.map((row) => measured.labels[row] ?? 0);
      const people = outside.map((row) => measured.people[row] ?? '');
      if (outside.length < fewestTest) throw new Error(`${domain}: ${outside.length} test images`);
      for (const { probe, title, auc, interval, bound } of crossed.results) {
        const table = measured.tables.get(probe)?.table;
        if (!table || auc === null || interval === null) throw new Error(`${domain}: ${probe} was not measured`);
        const scores = predictLogOdds(fitLogistic(rowsOf(table, inside), labels(inside)), rowsOf(table, outside));
        const test = aucBySubject(scores, labels(outside), people);
        if (!test) throw new Error(`${domain}: the test set lacks a class`);
        const holds = bound === null || (test.auc <= shortcutBound && auc <= shortcutBound);
        if (!holds) failed++;
        log(
          `${bound === null ? 'floor ' : holds ? 'holds ' : 'FAILS '} ${domain} ${title}: AUC ${test.auc.toFixed(3)} (${test.interval.map((end) => end.toFixed(3)).join(' to ')}) on ${outside.length} test images; ${auc.toFixed(3)} (${interval.map((end) => end.toFixed(3)).join(' to ')}) over all ${crossed.subjects} people in five folds`,
        );
      }
    }
  } finally {
    await project.close();
  }
  log(
    failed === 0 ? 'No trivial feature tells the classes apart.' : `${failed} trivial features tell the classes apart.`,
  );
  return failed === 0 ? 0 : 1;
}

void main().then((code) => process.exit(code));
