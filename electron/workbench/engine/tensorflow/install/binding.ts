import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { fileError, withFileErrors } from '@workbench/project/file-errors';
import { applicationRoot, findAssetFile } from '@workbench/project/paths';
import { bindingName } from './location';
import { lastLines, runProgram } from './run-program';

/** Where the native binding comes from: shipped with a packaged Relief, or compiled on the spot in a checkout. */
export type BindingSource =
  | { readonly from: 'packaged'; readonly file: string }
  | { readonly from: 'compiled'; readonly compiler: string; readonly sources: string; readonly headers: string };

/** The name under which packaging ships the binding. */
export const packagedBinding = `tensorflow-binding-${process.platform}-${process.arch}.node`;

const compilers = ['c++', 'g++', 'clang++'] as const;

/**
 * Looked for before anything is fetched.
 * @throws AppError `unsupported` where there is neither a binding nor what compiles one
 */
export function findBinding(environment: NodeJS.ProcessEnv = process.env): BindingSource {
  const file = findAssetFile(packagedBinding);
  if (file !== undefined) return { from: 'packaged', file };
  const modules = join(applicationRoot, 'node_modules');
  const sources = join(modules, '@tensorflow', 'tfjs-node-gpu', 'binding');
  const headers = join(modules, 'node-api-headers', 'include');
  const lacking = [sources, headers].find((folder) => !existsSync(folder));
  if (lacking !== undefined)
    throw new AppError(
      'unsupported',
      `The native binding cannot be made: ${lacking} is missing. Run "npm install --include=optional" in the checkout; a packaged Relief without a binding cannot take TensorFlow.`,
    );
  return { from: 'compiled', compiler: findCompiler(environment), sources, headers };
}

/** @throws AppError `unsupported` telling what to install */
function findCompiler(environment: NodeJS.ProcessEnv): string {
  const given = environment['CXX']?.trim();
  const names = given === undefined || given === '' ? compilers : [given];
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of names) {
    const found = isAbsolute(name)
      ? [name].find(existsSync)
      : folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
  }
  throw new AppError(
    'unsupported',
    `No C++ compiler was found (${names.join(', ')}), which makes TensorFlow's native binding. Install one (Debian, Ubuntu: g++; Fedora: gcc-c++), then try again. A packaged Relief brings the binding and needs none.`,
  );
}

export interface Binding {
  readonly from: BindingSource['from'];
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Puts the binding into a folder, beside `tensorflow/` with the libraries, which it finds by its own place.
 * @throws AppError `unsupported` with the compiler's words, `cancelled`
 */
export async function provideBinding(source: BindingSource, folder: string, signal: AbortSignal): Promise<Binding> {
  const target = join(folder, bindingName);
  if (source.from === 'packaged') await withFileErrors('write', target, () => copyFile(source.file, target));
  else await compile(source, folder, target, signal);
  const contents = await readFile(target);
  return {
    from: source.from,
    bytes: contents.length,
    sha256: createHash('sha256').update(contents).digest('hex'),
  };
}

async function compile(
  { compiler, sources, headers }: BindingSource & { from: 'compiled' },
  folder: string,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const files = (await readdir(sources)).filter((name) => name.endsWith('.cc')).map((name) => join(sources, name));
  const args = [
    ...['-O2', '-shared', '-fPIC', '-std=c++17', '-fvisibility=hidden', '-DNAPI_VERSION=8'],
    '-DBUILDING_NODE_EXTENSION',
    ...['-I', headers, '-I', join(folder, 'tensorflow', 'include')],
    ...files,
    ...['-o', target, '-L', join(folder, 'tensorflow')],
    ...['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    '-Wl,-rpath,$ORIGIN/tensorflow',
  ];
  const { code, stderr } = await runProgram(compiler, args, { signal }).catch((error: unknown) => {
    throw fileError(error, 'run', compiler);
  });
  if (code === 0) return;
  throw new AppError(
    'unsupported',
    `${compiler} could not make TensorFlow's native binding (C++17 is needed: g++ 9 or newer). It says: ${lastLines(stderr, 4)}`,
    { compiler },
  );
}
