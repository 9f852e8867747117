import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { downloadWheel } from '@workbench/engine/tensorflow/install/download';
import { findPip, type Pip } from '@workbench/engine/tensorflow/install/pip';
import { errorOf } from '../../../fixtures/errors';
import { tinyTensorFlow, writeWheel } from '../../../fixtures/made-up-wheel';

/** The machine's own pip, on a package index of our own that can be as bad as real ones are. */
const pip: Pip | undefined = await findPip().catch(() => undefined);
if (!pip) process.stdout.write('fetching with pip: skipped: there is no Python with pip here\n');

const requirement = { distribution: 'tensorflow_cpu', specifier: 'tensorflow-cpu==2.21.*' };
const host = { machine: 'x86_64', glibc: [2, 36] } as const;

let folder: string;
let wheel: string;
let server: Server;
/** How the index behaves at the next request of the wheel. */
let mood: 'well' | 'breaks' | 'lies' | 'stalls' = 'well';
let requests = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'relief-pip-'));
  mkdirSync(join(folder, 'index'));
  wheel = writeWheel(join(folder, 'index'), tinyTensorFlow);
  mood = 'well';
  requests = 0;
  server = createServer((request, response) => {
    const bytes = readFileSync(wheel);
    if (request.url?.endsWith('.whl') !== true) {
      const hash = mood === 'lies' ? '0'.repeat(64) : createHash('sha256').update(bytes).digest('hex');
      response.setHeader('content-type', 'text/html');
      response.end(`<a href="/files/${basename(wheel)}#sha256=${hash}">${basename(wheel)}</a>`);
      return;
    }
    requests++;
    response.setHeader('content-length', bytes.length);
    if (mood === 'well' || mood === 'lies') response.end(bytes);
    else
      response.write(bytes.subarray(0, 4000), () => {
        if (mood === 'breaks') response.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
  vi.stubEnv('PIP_INDEX_URL', `http://127.0.0.1:${port}/simple`);
  for (const [name, value] of [
    ['EXTRA_INDEX_URL', ''],
    ['FIND_LINKS', ''],
    ['RETRIES', '0'],
    ['NO_CACHE_DIR', '1'],
  ] as const)
    vi.stubEnv(`PIP_${name}`, value);
  vi.stubEnv('NO_PROXY', '127.0.0.1');
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const downloads = () => join(folder, 'downloads');
function fetchWheel(signal = new AbortController().signal, onProgress = (): void => undefined): Promise<string> {
  if (!pip) throw new Error('only where there is pip');
  return downloadWheel(requirement, { pip, host, folder: downloads(), signal, onProgress });
}

describe.skipIf(!pip)('fetching with pip', () => {
  it('brings the wheel, whole, and takes the kept one the next time', async () => {
    const file = await fetchWheel();
    expect(readFileSync(file)).toEqual(readFileSync(wheel));
    expect(await fetchWheel()).toBe(file);
    expect(requests).toBe(1);
    expect(readdirSync(downloads())).toEqual([basename(wheel)]);
  });

  it('fetches again what was kept but is not whole', async () => {
    truncateSync(await fetchWheel(), 3000);
    expect(readFileSync(await fetchWheel())).toEqual(readFileSync(wheel));
    expect(requests).toBe(2);
  });

  it('says that the connection broke, keeps no part of the file, and succeeds the second time', async () => {
    mood = 'breaks';
    const error = await errorOf(fetchWheel());
    expect(error.message).toMatch(/(was interrupted|the connection broke off).*[Tt]ry again/i);
    expect(readdirSync(downloads())).toEqual([]);
    mood = 'well';
    expect(existsSync(await fetchWheel())).toBe(true);
  }, 20_000);

  it('refuses what its index vouches for with another hash', async () => {
    mood = 'lies';
    const error = await errorOf(fetchWheel());
    expect(error).toMatchObject({ code: 'invalid' });
    expect(readdirSync(downloads())).toEqual([]);
  });

  it('is stopped in the middle and leaves nothing', async () => {
    mood = 'stalls';
    const stop = new AbortController();
    const waiting = setInterval(() => {
      if (requests > 0) stop.abort();
    }, 20);
    expect(await errorOf(fetchWheel(stop.signal))).toMatchObject({ code: 'cancelled' });
    clearInterval(waiting);
    expect(readdirSync(downloads())).toEqual([]);
  }, 20_000);

  it('names what an index does not offer', async () => {
    wheel = writeWheel(join(folder, 'index'), {
      ...tinyTensorFlow,
      name: 'tensorflow_cpu-2.9.1-cp310-cp310-manylinux2010_x86_64',
    });
    const error = await errorOf(fetchWheel());
    expect(error).toMatchObject({ code: 'not-found' });
    expect(error.message).toMatch(/offers no wheel tensorflow-cpu==2\.21\.\* for Linux on x86_64/);
  }, 30_000);
});
