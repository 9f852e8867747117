import { Command, CommanderError } from 'commander';
import { AppError, exitCodeOf } from '@shared/contract/errors';
import { switchOnRelaxedSimd } from '@workbench/engine/kernels/kernel-module';
import { reliefVersion } from '@workbench/project/version';
import { registerCommands } from './commands';

void main(process.argv).then((code) => {
  process.exitCode = code;
});

async function main(argv: readonly string[]): Promise<number> {
  // Readers such as `head` close the pipe early; that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  // So that a command computes what the window's processes compute, to the bit.
  switchOnRelaxedSimd();
  let exitCode = 0;
  const program = new Command('relief')
    .description('Research workbench for face anti-spoofing: from photographs to a cross-dataset table')
    .version(reliefVersion())
    .option('--project <dir>', 'the project (default: the folder above that holds project.json)')
    .option('--json', 'one JSON document on standard output')
    .option('--quiet', 'results only')
    .showHelpAfterError('Try "relief --help".')
    .exitOverride();
  registerCommands(program, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    return report(error);
  }
}

/** One message for every failure, and the exit code that belongs to it. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // It has printed its own words.
  if (error instanceof AppError) {
    process.stderr.write(`relief: ${error.message}\n`);
    return exitCodeOf(error.code);
  }
  process.stderr.write(
    `relief: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
}
