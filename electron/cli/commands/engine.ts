import type { Command } from 'commander';
import { resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { InstallProgress } from '@shared/domain/engine';
import { benchEngines } from '@workbench/engine/bench';
import { rememberMeasurements } from '@workbench/engine/measurements';
import { listEngines } from '@workbench/engine/start';
import { installTensorFlow, removeTensorFlow } from '@workbench/engine/tensorflow/install/install';
import { findNode } from '@workbench/jobs/executors/node-runtime';
import { contextOf } from '../context';
import type { Register } from '../command';
import { textTable } from '../output';

export const registerEngine: Register = (program) => {
  const engine = program.command('engine').description('compute engines of this machine');

  engine
    .command('list')
    .description('engines, present or not')
    .action(async (_options: unknown, command: Command) => {
      const { output } = contextOf(command);
      const engines = await listEngines();
      output.result({ engines }, () =>
        textTable([
          ['engine', 'there', 'images/s', 'detail'],
          ...engines.map(({ name, available, automatic, imagesPerSecond: speed, detail }) => [
            name,
            available ? (automatic ? 'yes, auto' : 'yes') : 'no',
            speed === null ? '–' : speed.toFixed(0),
            detail,
          ]),
        ]),
      );
    });

  registerInstallation(engine);

  engine
    .command('bench')
    .description('measure training throughput (forward, backward, update) and check the results')
    .option('--rounds <n>', 'rounds over all variants', '7')
    .action(async (options: { rounds: string }, command: Command) => {
      const { output } = contextOf(command);
      const view = output.progress();
      const started = Date.now();
      const report = await benchEngines({
        rounds: Math.max(1, Math.round(Number(options.rounds)) || 7),
        onProgress: (done, total) => {
          const share = done / total;
          const seconds = (Date.now() - started) / 1000;
          view.update({
            key: 'bench',
            label: 'bench',
            share,
            detail: 'measuring',
            secondsLeft: share > 0 ? (seconds / share) * (1 - share) : null,
          });
        },
      }).finally(() => {
        view.end();
      });
      await rememberMeasurements(report);
      const missing = (await listEngines()).filter(({ available }) => !available);
      output.result(report, () =>
        [...report.engines.map(describe), ...missing.map(({ name, detail }) => `${name}: not run. ${detail}`)].join(
          '\n\n',
        ),
      );
    });
};

function registerInstallation(engine: Command): void {
  engine
    .command('install <name>')
    .description('add an engine that does not come with Relief: tensorflow, fetched by your own pip')
    .option('--gpu', 'with CUDA, for an NVIDIA card')
    .option('--from <path>', 'unpack this wheel, folder of wheels or site-packages folder; fetch nothing')
    .action(async (name: string, options: { gpu?: boolean; from?: string }, command: Command) => {
      requireInstallable(name);
      const { output } = contextOf(command);
      const view = output.progress();
      const interrupt = new AbortController();
      const stop = () => {
        interrupt.abort();
      };
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
      try {
        const installed = await installTensorFlow({
          variant: options.gpu === true ? 'gpu' : 'cpu',
          from: options.from === undefined ? null : resolve(options.from),
          node: findNode(),
          role: 'command',
          signal: interrupt.signal,
          onProgress: ({ phase, detail, share }) => {
            view.update({ key: phase, label: phaseNames[phase], share, detail, secondsLeft: null });
          },
        });
        view.end();
        output.result(installed, () =>
          [
            `TensorFlow ${installed.version}${installed.variant === 'gpu' ? ' with CUDA' : ''} is installed in ${installed.folder} (${(installed.bytes / 1e6).toFixed(0)} MB).`,
            `Self-test passed: a training step within ${installed.selfTest.largestDifference.toExponential(1)} of WASM's.`,
            'Train on it with --set engine=tensorflow; after "relief engine bench" automatic choice takes it where it is the fastest.',
          ].join('\n'),
        );
      } finally {
        view.end();
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
      }
    });

  engine
    .command('remove <name>')
    .description('remove an engine that was installed')
    .action(async (name: string, _options: unknown, command: Command) => {
      requireInstallable(name);
      const { output } = contextOf(command);
      const outcome = await removeTensorFlow('command');
      output.result(outcome, () =>
        outcome.removed
          ? `TensorFlow is removed; ${(outcome.bytes / 1e6).toFixed(0)} MB are free again.`
          : 'TensorFlow was not installed.',
      );
    });
}

const phaseNames: Readonly<Record<InstallProgress['phase'], string>> = {
  download: 'fetching',
  unpack: 'unpacking',
  build: 'building',
  check: 'self-test',
};

/** @throws AppError `bad-request` for an engine that needs no installation, or none of ours */
function requireInstallable(name: string): void {
  if (name === 'tensorflow') return;
  throw new AppError(
    'bad-request',
    `${name}: only tensorflow is installed and removed; wasm and webgpu come with Relief.`,
  );
}

function describe({
  name,
  device,
  version,
  selfTest,
  results,
}: Awaited<ReturnType<typeof benchEngines>>['engines'][number]) {
  return [
    `${name} ${version} on ${device}; self-test ${selfTest.passed ? 'passed' : 'FAILED'} (largest difference ${selfTest.largestDifference.toExponential(1)})`,
    results.length === 0
      ? 'not measured: a software adapter, whose speed says nothing'
      : textTable([
          ['model', 'phase', 'size', 'batch', 'threads', 'build', 'images/s', 'GFLOPS', 'of peak', 'MB'],
          ...results.map((result) => [
            result.model,
            result.phase,
            String(result.size),
            String(result.batch),
            String(result.threads),
            result.build,
            result.imagesPerSecond.toFixed(1),
            result.gflops.toFixed(1),
            result.shareOfPeak.toFixed(2),
            (result.peakBytes / 1e6).toFixed(0),
          ]),
        ]),
  ].join('\n');
}
