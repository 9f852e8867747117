import type { Command } from 'commander';
import { join, resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { EngineChoice } from '@shared/domain/engine';
import { DepthTarget, depthTargetFacts } from '@shared/domain/depth-target';
import { BenchedFaces, comparedEffects, type TargetBench } from '@shared/domain/target-bench';
import { startEngine } from '@workbench/engine/start';
import { createFacePipeline } from '@workbench/faces/pipeline';
import { npyOf } from '@workbench/images/npy';
import { benchTargets } from '@workbench/inspection/target-bench';
import { writeFileAtomic } from '@workbench/project/files';
import { contextOf } from '../context';
import { engineNames, readEngineChoice } from '../engine-option';

interface TargetOptions {
  readonly dataset: string;
  readonly faces: string;
  readonly engine: EngineChoice;
  readonly output?: string;
}

/** `relief depth targets`: the window's bench of depth targets. */
export function registerDepthTargets(depth: Command): void {
  depth
    .command('targets')
    .description('make the depth targets of a dataset by every maker: time, failures, agreement, effect on HTER')
    .requiredOption('--dataset <id>', 'a dataset of the project')
    .option('--faces <n>', 'bona fide faces that are looked at, 1–64', '24')
    .option('--engine <name>', `what computes the face models: ${engineNames}`, readEngineChoice, 'auto')
    .option('-o, --output <dir>', 'writes the maps of each maker as a NumPy file there')
    .action(async (options: TargetOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      const faces = BenchedFaces.safeParse(Number(options.faces));
      if (!faces.success) throw new AppError('bad-request', `--faces ${options.faces}: a whole number, 1–64.`);
      await withProject(async (project) => {
        const engine = await startEngine({ name: options.engine, threads: 0, reproducible: false });
        try {
          const pipeline = await createFacePipeline();
          const bench = await benchTargets(project, pipeline, { dataset: options.dataset, faces: faces.data });
          pipeline.dispose();
          const files = options.output === undefined ? [] : await writeMaps(bench, resolve(options.output));
          const { faces: looked, ...table } = bench;
          const listed = looked.map(({ index, path, subject, yaw, maps }) => {
            return { index, path, subject, yaw, makers: Object.keys(maps) };
          });
          output.result({ ...table, faces: listed, files }, () => [...linesOf(bench), ...files].join('\n'));
        } finally {
          engine.dispose();
        }
      });
    });
}

function linesOf({ dataset, faces, ownDepth, makers, effects }: TargetBench): string[] {
  const number = (value: number | null | undefined, digits: number) =>
    value === null || value === undefined ? '–' : value.toFixed(digits);
  return [
    `${dataset}: ${faces.length} bona fide faces, ${ownDepth === null ? 'no depth of its own' : `its own depth is ${ownDepth}`}`,
    ...makers.map(({ maker, made, failed, milliseconds, ownMilliseconds, agreement, failure }) =>
      [
        `  ${depthTargetFacts[maker].title.padEnd(26)}`,
        `${made} made, ${failed} failed`,
        `${number(milliseconds, 1)} ms a picture (${number(ownMilliseconds, 1)} ms the map)`,
        ...(agreement
          ? [
              `own depth: r ${number(agreement.correlationInFace, 3)}, MAE ${number(agreement.meanAbsoluteError, 3)}, IoU ${number(agreement.faceAreaIou, 3)}`,
            ]
          : []),
        ...(made === 0 && failure !== null ? [failure] : []),
      ].join('; '),
    ),
    ...comparedEffects(effects).map(({ system, sources, target, hter }) => {
      const cells = DepthTarget.options.flatMap((maker) => {
        const cell = hter[maker];
        return cell ? [`${maker} ${(100 * cell.mean).toFixed(2)} % (n=${cell.runs})`] : [];
      });
      return `  HTER ${system}, ${sources.join('+')} → ${target}: ${cells.join(', ')}`;
    }),
  ];
}

/** `[faces, 32, 32]` of each maker; NaN for a face it failed on. */
async function writeMaps({ faces, size }: TargetBench, folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const maker of DepthTarget.options) {
    if (!faces.some(({ maps }) => maps[maker])) continue;
    const all = new Float32Array(faces.length * size * size).fill(NaN);
    for (const [place, { maps }] of faces.entries()) {
      const map = maps[maker];
      if (map) all.set(map, place * size * size);
    }
    const file = join(folder, `targets-${maker}.npy`);
    await writeFileAtomic(file, npyOf(all, [faces.length, size, size]));
    files.push(file);
  }
  return files;
}
