// See slurm.mjs. Without Slurm's programs on this machine there is nothing to check, and it says so.
import { missingPrograms, SlurmCluster } from '../fixtures/slurm-cluster';

async function main(): Promise<number> {
  const missing = missingPrograms();
  if (missing.length > 0) {
    process.stdout.write(
      `skip  ${missing.join(', ')}: not on this machine (Debian: apt-get install slurm-wlm munge)\n`,
    );
    return process.argv.includes('--required') ? 1 : 0;
  }
  const cluster = await SlurmCluster.start({ cores: 4 });
  process.env['SLURM_CONF'] = cluster.configuration;
  try {
    // Only now: what it starts inherits where the cluster is.
    const { checkSlurm } = await import('./slurm-runs');
    return await checkSlurm(cluster);
  } finally {
    cluster.stop();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
