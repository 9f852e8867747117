import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { AppError } from '@shared/contract/errors';
import { ExperimentConfig } from '@shared/domain/experiment';
import { diffConfigs, findPreset, flattenConfig, presetConfig } from '@shared/domain/settings';
import { providerOf } from '@workbench/engine/start';
import { describeProblem, readExperimentText } from '@workbench/experiments/yaml-text';
import { withFileErrors } from '@workbench/project/file-errors';
import { contextOf } from '../context';
import type { Register } from '../command';
import { textTable } from '../output';

/** What a deterministic run is promised on the engine that the file names, where that is less than the same bits everywhere. */
function reproducibilityNote({ engine, reproducible }: ExperimentConfig['compute']): string[] {
  if (!reproducible || engine === 'auto') return [];
  const { title, reproducibility } = providerOf(engine);
  switch (reproducibility) {
    case 'every-host':
      return [];
    case 'same-device':
      return [`compute.reproducible: on ${title} the same bits on the same device and driver, not on every machine`];
    case 'none':
      return [`compute.reproducible: not on this engine; ${title} will refuse to start`];
  }
}

export const registerConfig: Register = (program) => {
  const config = program.command('config').description('look at experiment files');
  config
    .command('check [file]')
    .description('check an experiment file: errors by line and field')
    .option('--list', 'list every setting with its default instead')
    .action(async (file: string | undefined, options: { list?: boolean }, command: Command) => {
      const { output } = contextOf(command);
      if (options.list === true) {
        const defaults = [...flattenConfig(ExperimentConfig.parse({}))];
        output.result(Object.fromEntries(defaults), () =>
          textTable([['setting', 'default'], ...defaults.map(([path, value]) => [path, JSON.stringify(value)])]),
        );
        return;
      }
      if (file === undefined) throw new AppError('bad-request', 'config check: name a file, or use --list.');
      const text = await withFileErrors('read', file, () => readFile(file, 'utf8'));
      const read = readExperimentText(text);
      if (!read.ok) {
        if (output.json) output.result({ ok: false, problems: read.problems }, '');
        throw new AppError('invalid', read.problems.map((problem) => describeProblem(file, problem)).join('\n'));
      }
      const { head, config: settings } = read.experiment;
      const preset = findPreset(head.preset);
      const changes = preset ? diffConfigs(presetConfig(preset), settings) : [];
      const notes = reproducibilityNote(settings.compute);
      output.result({ ok: true, name: head.name, preset: head.preset, changes, notes }, () =>
        [
          `${file}: ok (${head.name}, preset ${head.preset})`,
          ...notes.map((note) => `  note: ${note}`),
          ...changes.map(({ path, from, to }) => `  ${path}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`),
        ].join('\n'),
      );
    });
};
