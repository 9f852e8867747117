import type { Command } from 'commander';

/** Sets the exit code of a command that ends well but not with 0. */
export type SetExitCode = (code: number) => void;

/** Adds one command to the program. */
export type Register = (program: Command, setExitCode: SetExitCode) => void;

/** Collects an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
