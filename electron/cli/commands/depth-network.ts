import type { Command } from 'commander';
import type { GraphPart } from '@shared/domain/network-graph';
import { networkOf } from '@workbench/inspection/network-of-run';
import { findJobId } from '@workbench/jobs/job-folder';
import { contextOf } from '../context';

/** `relief depth network`: the networks of a run with their shapes, parameters and operations. */
export function registerDepthNetwork(depth: Command): void {
  depth
    .command('network')
    .description('list the networks of a run, block by block: shapes, parameters, multiply-adds')
    .requiredOption('--run <job>', 'a training run')
    .action(async ({ run }: { run: string }, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const graph = await networkOf(project, findJobId(project, run));
        output.result(graph, () => graph.parts.flatMap(linesOf).join('\n'));
      });
    });
}

const count = (value: number) => value.toLocaleString('en-US');

function linesOf({ name, input, blocks, parameters, multiplyAdds }: GraphPart): string[] {
  return [
    `${name}: ${input.join('×')}, ${count(parameters)} parameters, ${count(multiplyAdds)} multiply-adds`,
    ...blocks.map((block) =>
      [
        `  ${block.name.padEnd(8)}`,
        block.output.join('×').padEnd(11),
        count(block.parameters).padStart(8),
        count(block.multiplyAdds).padStart(12),
        ` ${block.words}${block.residual ? ', plus its input' : ''}`,
      ].join(' '),
    ),
  ];
}
