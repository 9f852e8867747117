import { createHash } from 'node:crypto';
import { cpus, hostname, platform, release } from 'node:os';
import type { ExperimentConfig } from '@shared/domain/experiment';
import { reliefVersion } from '@workbench/project/version';
import type { BaseProvenance } from './job-context';

/** What ran and where. */
export function baseProvenance(projectFolder: string, jobId: string): BaseProvenance {
  return {
    relief: reliefVersion(),
    node: process.versions.node,
    platform: `${platform()} ${release()} ${process.arch}`,
    host: hostname(),
    cpu: cpus()[0]?.model ?? 'unknown',
    command: `node ${process.execArgv.join(' ')} job.cjs ${projectFolder} ${jobId}`,
  };
}

/** SHA-256 of a configuration with its keys in the schema's order: the same settings give the same hash everywhere. */
export function configHash(config: ExperimentConfig): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex');
}
