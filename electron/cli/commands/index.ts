import type { Command } from 'commander';
import type { SetExitCode } from '../command';
import { registerBatch } from './batch';
import { registerBundle } from './bundle';
import { registerCheck } from './check';
import { registerClone } from './clone';
import { registerConfig } from './config';
import { registerControl } from './control';
import { registerDepth } from './depth';
import { registerEngine } from './engine';
import { registerErase } from './erase';
import { registerEvaluate } from './evaluate';
import { registerImport } from './import';
import { registerIndex } from './index-command';
import { registerInit } from './init';
import { registerIso } from './iso';
import { registerJobs } from './jobs';
import { registerLicence } from './licence';
import { registerMark } from './mark';
import { registerPrepare } from './prepare';
import { registerPreset } from './preset';
import { registerProtocol } from './protocol';
import { registerProbe } from './probe';
import { registerQueue } from './queue';
import { registerRecognise } from './recognise';
import { registerFigures, registerReport } from './report';
import { registerSamples } from './samples';
import { registerScores } from './scores';
import { registerSlurm } from './slurm';
import { registerStudy } from './study';
import { registerTrain } from './train';
import { registerVideo } from './video';

/** All commands, in the order in which help lists them. */
const registrations = [
  registerInit,
  registerRecognise,
  registerImport,
  registerPrepare,
  registerCheck,
  registerLicence,
  registerErase,
  registerSamples,
  registerProtocol,
  registerProbe,
  registerConfig,
  registerPreset,
  registerTrain,
  registerBatch,
  registerJobs,
  registerControl,
  registerClone,
  registerQueue,
  registerMark,
  registerEvaluate,
  registerScores,
  registerDepth,
  registerReport,
  registerFigures,
  registerIso,
  registerBundle,
  registerSlurm,
  registerStudy,
  registerEngine,
  registerVideo,
  registerIndex,
];

export function registerCommands(program: Command, setExitCode: SetExitCode): void {
  for (const register of registrations) register(program, setExitCode);
}
