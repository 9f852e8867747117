import type { Command } from 'commander';
import { resolve } from 'node:path';
import { describeDecoder } from '@workbench/service/video';
import { configureDecoder } from '@workbench/video/decoder';
import { contextOf } from '../context';
import type { Register } from '../command';

export const registerVideo: Register = (program) => {
  program
    .command('video')
    .description('say what decodes clips on this machine, or choose it')
    .option(
      '--use <ffmpeg>',
      'path of an ffmpeg program; "wasm" for the build that Relief brings; "auto" for what is found',
    )
    .action(async ({ use }: { use?: string }, command: Command) => {
      const { output } = contextOf(command);
      if (use !== undefined) await configureDecoder(use === 'auto' || use === 'wasm' ? use : resolve(use));
      const decoder = await describeDecoder();
      output.result(decoder, `${decoder.name} (${decoder.from})`);
    });
};
