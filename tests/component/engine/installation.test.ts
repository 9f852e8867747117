import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import type { EngineInfo } from '@shared/domain/engine';
import { allByRole, findByRole, findText } from '../support/by-role';
import { type MountedApp, mountApp, settle } from '../support/mount-app';
import { silence } from '../support/fake-client';

let mounted: MountedApp | undefined;
afterEach(() => {
  mounted?.unmount();
});

function engine(installed: boolean): EngineInfo {
  return {
    ...{ name: 'tensorflow', title: 'TensorFlow', available: installed, imagesPerSecond: null, software: false },
    ...{ memoryBytes: null, automatic: false, reproducibility: 'none' },
    ...(installed
      ? { detail: 'AMD EPYC, 2 threads', device: 'AMD EPYC', version: '2.21.0' }
      : { detail: 'TensorFlow is not installed.', device: null, version: null }),
    installation: { installed, bytes: installed ? 855e6 : 0 },
  };
}

async function press(role: string, name: string | RegExp): Promise<void> {
  (await findByRole(role, name)).click();
  await settle();
}

describe('installing TensorFlow from the engine view', () => {
  it('asks for what and from where, shows how far it is, and says when it is there', async () => {
    let installed = false;
    const asked: unknown[] = [];
    let finish: () => void = () => undefined;
    mounted = await mountApp('/engine', {
      'engines.list': async () => [engine(installed)],
      'engines.install': async function* (input) {
        asked.push(input);
        yield { kind: 'progress', phase: 'unpack', detail: 'lib.so · 400 MB of 800 MB', share: 0.5 };
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        installed = true;
        const selfTest = { passed: true, largestDifference: 1e-6 };
        yield {
          kind: 'installed',
          name: 'tensorflow',
          variant: 'cpu',
          version: '2.21.0',
          folder: '/f',
          bytes: 855e6,
          selfTest,
        };
      },
    });
    await press('button', 'Install…');
    await findText('relief engine install tensorflowCancel');
    await press('button', 'Install');
    expect(asked).toEqual([{ variant: 'cpu', from: null }]);
    await findText('Unpacking');
    await findText('400 MB of 800 MB');
    expect((await findByRole('progressbar', 'Installation')).getAttribute('aria-valuenow')).toBe('50');
    finish();
    await findText(/TensorFlow 2\.21\.0 is installed/);
    expect(await findByRole('button', 'Remove TensorFlow')).toBeTruthy();
    expect(allByRole('button', 'Install…')).toEqual([]);
  });

  it('takes a wheel that was chosen, and needs one', async () => {
    const asked: unknown[] = [];
    mounted = await mountApp(
      '/engine',
      {
        'engines.list': async () => [engine(false)],
        'engines.install': async function* (input, signal) {
          asked.push(input);
          yield* silence(signal);
        },
      },
      { 'desktop.chooseFile': async () => ({ path: '/d/tensorflow.whl' }) },
    );
    await press('button', 'Install…');
    await press('radio', 'A wheel');
    expect((await findByRole('button', /^Install(Choose|$)/)).getAttribute('aria-disabled')).toBe('true');
    await press('button', /^Install(Choose|$)/);
    expect(asked).toEqual([]);
    await press('button', 'Choose…');
    await press('radio', 'NVIDIA card (CUDA)');
    await press('button', 'Install');
    expect(asked).toEqual([{ variant: 'gpu', from: '/d/tensorflow.whl' }]);
  });

  it('shows what went wrong and tries again', async () => {
    let tries = 0;
    mounted = await mountApp('/engine', {
      'engines.list': async () => [engine(false)],
      'engines.install': async function* (_input, signal) {
        tries++;
        if (tries === 1) throw new AppError('invalid', 'The wheel is damaged. Fetch it again.');
        yield* silence(signal);
      },
    });
    await press('button', 'Install…');
    await press('button', 'Install');
    await findText('The wheel is damaged. Fetch it again.');
    await press('button', 'Try again');
    expect(tries).toBe(2);
    expect(allByRole('button', 'Try again')).toEqual([]);
  });

  it('is stopped by ending its stream, and removed by a button', async () => {
    let stopped = false;
    let removed = 0;
    let installed = false;
    mounted = await mountApp('/engine', {
      'engines.list': async () => [engine(installed)],
      'engines.install': async function* (_input, signal) {
        signal.addEventListener('abort', () => {
          stopped = true;
        });
        yield { kind: 'progress', phase: 'download', detail: 'asking pip', share: null };
        yield* silence(signal);
      },
      'engines.remove': async () => {
        removed++;
        installed = false;
        return { removed: true, bytes: 855e6 };
      },
    });
    await press('button', 'Install…');
    await press('button', 'Install');
    await press('button', 'Stop');
    expect(stopped).toBe(true);
    expect(allByRole('button', 'Try again')).toEqual([]);
    installed = true;
    await press('button', 'Check again');
    await press('button', 'Remove TensorFlow');
    expect(removed).toBe(1);
    expect(await findByRole('button', 'Install…')).toBeTruthy();
  });
});
