import type { Command } from 'commander';
import type { EngineChoice } from '@shared/domain/engine';
import { startEngine } from '@workbench/engine/start';
import { createFacePipeline } from '@workbench/faces/pipeline';
import { decodeImage } from '@workbench/images/decode';
import { meanRgb } from '@workbench/images/rgb-image';
import { engineNames, readEngineChoice } from '../engine-option';
import { contextOf } from '../context';
import type { Register } from '../command';

export const registerProbe: Register = (program) => {
  program
    .command('probe <image>')
    .description('what Relief sees in a photograph: size, mean colour, faces')
    .option('--engine <name>', `what computes: ${engineNames}`, readEngineChoice, 'auto')
    .action(async (path: string, options: { engine: EngineChoice }, command: Command) => {
      const { output } = contextOf(command);
      const image = await decodeImage(path);
      const engine = await startEngine({ name: options.engine, threads: 0, reproducible: false });
      try {
        const pipeline = await createFacePipeline();
        const { faces, failure } = await pipeline.analyse(image);
        pipeline.dispose();
        const found = faces.map(({ box, score, meshFlag, yaw, pitch }) => ({
          box: [box.x, box.y, box.width, box.height],
          score,
          meshFlag,
          yaw,
          pitch,
        }));
        const { width, height } = image;
        output.result({ width, height, meanRgb: meanRgb(image), faces: found, failure: failure ?? null }, () =>
          [
            `${path}: ${width}×${height}, mean RGB ${meanRgb(image)
              .map((value) => value.toFixed(1))
              .join(' ')}`,
            ...found.map(
              ({ box, score, yaw, pitch }) =>
                `  face at ${box.map((value) => value.toFixed(0)).join(',')}, score ${score.toFixed(2)}, yaw ${yaw.toFixed(0)}°, pitch ${pitch.toFixed(0)}°`,
            ),
            ...(failure === undefined ? [] : [`  no usable face: ${failure}`]),
          ].join('\n'),
        );
      } finally {
        engine.dispose();
      }
    });
};
