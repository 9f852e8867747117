import type { Command } from 'commander';
import { benchEngines } from '@workbench/engine/bench';
import { rememberMeasurements } from '@workbench/engine/measurements';
import { listEngines } from '@workbench/engine/start';
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
