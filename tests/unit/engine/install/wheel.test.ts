import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cudaRequirements, neededFiles } from '@workbench/engine/tensorflow/install/contents';
import type { Host } from '@workbench/engine/tensorflow/install/host';
import { openNamed } from '@workbench/engine/tensorflow/install/sources';
import { unpackFile } from '@workbench/engine/tensorflow/install/unpack';
import { openWheel } from '@workbench/engine/tensorflow/install/wheel';
import { parseWheelName, requireFit } from '@workbench/engine/tensorflow/install/wheel-name';
import { errorOf } from '../../../fixtures/errors';
import { type MadeUpWheel, tinyTensorFlow, writeWheel } from '../../../fixtures/made-up-wheel';

const host: Host = { machine: 'x86_64', glibc: [2, 36] };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relief-wheel-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function unpackAll(file: string, into = join(folder, 'out')): Promise<string[]> {
  const wheel = await openWheel(file);
  try {
    const paths = [];
    const options = { signal: new AbortController().signal, onBytes: () => undefined };
    for (const each of neededFiles(wheel)) paths.push((await unpackFile(each, into, file, options)).path);
    return paths;
  } finally {
    wheel.close();
  }
}

describe('the name of a wheel', () => {
  const fit = (file: string, on: Host = host) => {
    const name = parseWheelName(file);
    if (!name) throw new Error(`${file} is not a wheel's name`);
    requireFit(name, on);
  };

  it('tells distribution, version and platforms', () => {
    expect(
      parseWheelName('nvidia_Cublas.cu12-12.9.1.4-py3-none-manylinux_2_27_x86_64.manylinux2014_x86_64.whl'),
    ).toEqual({
      file: 'nvidia_Cublas.cu12-12.9.1.4-py3-none-manylinux_2_27_x86_64.manylinux2014_x86_64.whl',
      distribution: 'nvidia_cublas_cu12',
      version: '12.9.1.4',
      platforms: ['manylinux_2_27_x86_64', 'manylinux2014_x86_64'],
    });
    expect(parseWheelName('tensorflow-2.21.0.tar.gz')).toBeUndefined();
  });

  it.each([
    ['tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl', host],
    ['nvidia_nccl_cu12-2.27.7-py3-none-manylinux2014_x86_64.whl', host],
    ['tensorflow-2.21.0-cp312-cp312-manylinux_2_27_aarch64.whl', { machine: 'aarch64', glibc: [2, 27] }],
  ] satisfies [string, Host][])('fits: %s', (file, on) => {
    expect(() => {
      fit(file, on);
    }).not.toThrow();
  });

  it.each([
    ['tensorflow-2.21.0-cp312-cp312-win_amd64.whl', host, /is for win_amd64; this machine is Linux on x86_64/],
    ['tensorflow-2.21.0-cp312-cp312-manylinux_2_27_aarch64.whl', host, /manylinux and x86_64/],
    [
      'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
      { machine: 'x86_64', glibc: [2, 17] },
      /needs glibc 2\.27; this system has 2\.17/,
    ],
  ] satisfies [string, Host, RegExp][])('does not fit: %s', (file, on, words) => {
    expect(() => {
      fit(file, on);
    }).toThrow(words);
  });
});

describe('a wheel', () => {
  it('is unpacked as far as the engine needs it, each file held to its RECORD', async () => {
    const file = writeWheel(folder, tinyTensorFlow);
    expect((await unpackAll(file)).sort()).toEqual([
      'tensorflow/include/tensorflow/c/c_api.h',
      'tensorflow/libtensorflow_cc.so.2',
      'tensorflow/libtensorflow_framework.so.2',
      'tensorflow_cpu-2.21.0.dist-info/METADATA',
    ]);
    expect(readFileSync(join(folder, 'out', 'tensorflow', 'libtensorflow_cc.so.2'))).toEqual(Buffer.alloc(5000, 'cc'));
  });

  it('with one changed byte is refused, naming the file', async () => {
    const file = writeWheel(folder, tinyTensorFlow);
    const bytes = readFileSync(file);
    const at = bytes.indexOf(Buffer.alloc(64, 'cc'));
    bytes.writeUInt8(bytes.readUInt8(at + 1000) ^ 1, at + 1000);
    writeFileSync(file, bytes);
    const error = await errorOf(unpackAll(file));
    expect(error).toMatchObject({ code: 'invalid' });
    expect(error.message).toMatch(
      /damaged: tensorflow\/libtensorflow_cc\.so\.2 has SHA-256 .*, its RECORD says .*Fetch it again/,
    );
  });

  it('cut short, as an interrupted copy is, is refused', async () => {
    const file = writeWheel(folder, tinyTensorFlow);
    truncateSync(file, 6000);
    expect(await errorOf(openWheel(file))).toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/is damaged/) as string,
    });
  });

  it.each([
    [
      'another size',
      (text: string) => text.replace(/(cc\.so\.2,.*),5000/, '$1,4999'),
      /has 5000 bytes, its RECORD says 4999/,
    ],
    [
      'no hash',
      (text: string) => text.replace(/(cc\.so\.2),sha256=[^,]*/, '$1,'),
      /has no SHA-256 of tensorflow\/libtensorflow_cc/,
    ],
  ])('whose RECORD gives %s is refused', async (_what, record, words) => {
    const error = await errorOf(unpackAll(writeWheel(folder, { ...tinyTensorFlow, record })));
    expect(error.message).toMatch(words);
  });

  it('that would write outside its folder is refused', async () => {
    const path = '../outside.so';
    const error = await errorOf(
      openWheel(writeWheel(folder, { ...tinyTensorFlow, files: { ...tinyTensorFlow.files, [path]: 'x' } })),
    );
    expect(error).toMatchObject({ code: 'invalid' });
  });

  it.each([
    ['no wheel at all', 'notes.txt', 'hello', /is not named as a wheel is/],
    ['text under a wheel’s name', `${tinyTensorFlow.name}.whl`, 'hello', /is damaged/],
  ])('%s is refused', async (_what, name, text, words) => {
    writeFileSync(join(folder, name), text);
    expect((await errorOf(openWheel(join(folder, name)))).message).toMatch(words);
  });
});

describe('what a person names', () => {
  const without = (path: string): MadeUpWheel['files'] =>
    Object.fromEntries(Object.entries(tinyTensorFlow.files).filter(([file]) => file !== path));
  const cuda = (name: string): MadeUpWheel => ({
    name: `nvidia_${name}_cu12-12.5.0-py3-none-manylinux2014_x86_64`,
    files: { [`nvidia/${name}/lib/lib${name}.so.12`]: name, [`nvidia/${name}/include/${name}.h`]: 'not needed' },
  });
  const withCuda: MadeUpWheel = {
    ...tinyTensorFlow,
    name: 'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64',
    requires: [
      'numpy>=1.26',
      'nvidia-cublas-cu12<13.0,>=12.5; extra == "and-cuda"',
      'nvidia-cufft-cu12<12.0; extra == "and-cuda"',
    ],
  };

  it('may be a wheel, a folder of wheels, or a folder where it lies unpacked', async () => {
    const file = writeWheel(folder, tinyTensorFlow);
    for (const path of [file, folder]) {
      const [source] = await openNamed(path, 'cpu', host);
      expect(source).toMatchObject({ origin: file, distribution: 'tensorflow_cpu', version: '2.21.0' });
      source.close();
    }
    await unpackAll(file, join(folder, 'site-packages'));
    const record = (await openWheel(file)).files.map(
      ({ path, sha256, bytes }) => `${path},sha256=${Buffer.from(sha256 ?? '', 'hex').toString('base64url')},${bytes}`,
    );
    writeFileSync(join(folder, 'site-packages', 'tensorflow_cpu-2.21.0.dist-info', 'RECORD'), record.join('\n'));
    const [installed] = await openNamed(join(folder, 'site-packages'), 'cpu', host);
    expect(installed).toMatchObject({ distribution: 'tensorflow_cpu', version: '2.21.0' });
    expect(neededFiles(installed)).toHaveLength(4);
  });

  it.each([
    [
      'lacks a library',
      { ...tinyTensorFlow, files: without('tensorflow/libtensorflow_cc.so.2') },
      'invalid',
      /holds no tensorflow\/libtensorflow_cc\.so\.2/,
    ],
    [
      'is another version',
      { ...tinyTensorFlow, name: 'tensorflow_cpu-2.9.1-cp310-cp310-manylinux2010_x86_64' },
      'unsupported',
      /is TensorFlow 2\.9\.1; this Relief works with 2\.21/,
    ],
    [
      'is for another system',
      { ...tinyTensorFlow, name: 'tensorflow_cpu-2.21.0-cp312-cp312-win_amd64' },
      'unsupported',
      /is for win_amd64/,
    ],
    [
      'is another package',
      { name: 'numpy-2.0.0-cp312-cp312-manylinux_2_27_x86_64', files: {} },
      'invalid',
      /holds no tensorflow-cpu but numpy/,
    ],
  ] satisfies [string, MadeUpWheel, string, RegExp][])('is refused when it %s', async (_what, wheel, code, words) => {
    const error = await errorOf(openNamed(writeWheel(folder, wheel), 'cpu', host));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(words);
  });

  it('an empty folder is refused with what to name instead', async () => {
    expect((await errorOf(openNamed(folder, 'cpu', host))).message).toMatch(/holds no tensorflow-cpu\. Name the wheel/);
    expect(await errorOf(openNamed(join(folder, 'nowhere'), 'cpu', host))).toMatchObject({ code: 'not-found' });
  });

  it('for a GPU needs every CUDA package that TensorFlow asks for', async () => {
    writeWheel(folder, withCuda);
    writeWheel(folder, cuda('cublas'));
    expect((await errorOf(openNamed(folder, 'gpu', host))).message).toMatch(/asks for: nvidia-cufft-cu12<12\.0\./);
    writeWheel(folder, cuda('cufft'));
    const sources = await openNamed(folder, 'gpu', host);
    expect(sources.map(({ distribution }) => distribution)).toEqual([
      'tensorflow',
      'nvidia_cublas_cu12',
      'nvidia_cufft_cu12',
    ]);
    expect(
      sources.slice(1).flatMap((source) =>
        neededFiles(source)
          .map(({ path }) => path)
          .filter((path) => path.startsWith('nvidia/')),
      ),
    ).toEqual(['nvidia/cublas/lib/libcublas.so.12', 'nvidia/cufft/lib/libcufft.so.12']);
    for (const source of sources) source.close();
  });

  it('CUDA’s packages are read from TensorFlow’s own metadata', () => {
    const metadata =
      'Requires-Dist: six>=1.12.0\nRequires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"\n';
    expect(cudaRequirements(metadata)).toEqual([
      { distribution: 'nvidia_cudnn_cu12', specifier: 'nvidia-cudnn-cu12<10.0,>=9.3.0.75' },
    ]);
  });
});
