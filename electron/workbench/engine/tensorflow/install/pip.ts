import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { lastLines, runProgram } from './run-program';

/** How to call the user's pip. */
export interface Pip {
  readonly program: string;
  readonly args: readonly string[];
  readonly version: readonly [major: number, minor: number];
}

const candidates: readonly { names: readonly string[]; args: readonly string[] }[] = [
  { names: ['python3', 'python'], args: ['-m', 'pip'] },
  { names: ['pip3', 'pip'], args: [] },
];

/**
 * The user's own pip, whose configuration (mirrors, proxies, certificates) is honoured: of `RELIEF_PYTHON`, of the first
 * Python on the PATH that has one, or the first pip there. Python is only run to fetch.
 * @throws AppError `unsupported` telling what was looked for and what to do
 */
export async function findPip(environment: NodeJS.ProcessEnv = process.env): Promise<Pip> {
  const given = environment['RELIEF_PYTHON'];
  if (given !== undefined && given !== '') {
    const pip = await pipAt(given, ['-m', 'pip'], environment);
    if (pip) return pip;
    throw new AppError('unsupported', `RELIEF_PYTHON is ${given}, which has no pip. ${advice}`);
  }
  let python: string | undefined;
  for (const { names, args } of candidates)
    for (const program of onPath(names, environment)) {
      const pip = await pipAt(program, args, environment);
      if (pip) return pip;
      python ??= program;
    }
  throw new AppError(
    'unsupported',
    python === undefined
      ? `No Python was found on the PATH (python3, python, pip3, pip), whose pip would fetch TensorFlow. ${advice}`
      : `${python} has no pip, which would fetch TensorFlow. ${advice}`,
  );
}

const advice =
  'Install one (Debian, Ubuntu: python3-pip; it is needed to fetch only), or fetch the wheel tensorflow-cpu elsewhere and name it with --from FILE.';

function onPath(names: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name)).filter((path) => existsSync(path)));
}

async function pipAt(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Pip | undefined> {
  try {
    const { code, stdout } = await runProgram(program, [...args, '--version'], { environment, timeoutMs: 20_000 });
    const [, major, minor = '0'] = /^pip (\d+)(?:\.(\d+))?/.exec(stdout) ?? [];
    if (code !== 0 || major === undefined) return undefined;
    return { program, args, version: [Number(major), Number(minor)] };
  } catch {
    return undefined; // Not a program of this machine.
  }
}

/** What pip's complaint means: the wheel is not offered (for that Python), or an error to tell. */
export function explainFailure(output: string, wanted: string): AppError | 'not-offered' {
  const said = `pip says: ${lastLines(output.replace(/^\[notice\].*$/gm, ''))}`;
  if (/No space left on device|Disk quota exceeded/i.test(output))
    return new AppError('no-space', `Fetching ${wanted}: the disk is full. Make room and try again. ${said}`);
  if (/do(es)? not match|HASHES|hash.*mismatch/i.test(output))
    return new AppError(
      'invalid',
      `What arrived of ${wanted} is not what the index promises: the connection broke off (older versions of pip notice it only so), or a mirror or proxy is damaged. Try again, or name a wheel with --from FILE. ${said}`,
    );
  // Before "no matching distribution", which is what pip concludes when it could not ask.
  if (
    /Connection|Max retries|timed? ?out|Name or service|ProxyError|SSL|HTTP error|Network is unreachable|IncompleteRead/i.test(
      output,
    )
  )
    return new AppError(
      'disconnected',
      `Fetching ${wanted} was interrupted: pip cannot reach its package index. Check the network and pip's settings (index-url, proxy), then try again; wheels that are complete are kept. ${said}`,
    );
  if (/No matching distribution|Could not find a version/i.test(output)) return 'not-offered';
  return new AppError('internal', `pip could not fetch ${wanted}. ${said}`);
}
