import { AppError } from '@shared/contract/errors';
import { DepthTarget } from '@shared/domain/depth-target';
import type { BlockFeatures, NetworkGraph } from '@shared/domain/network-graph';
import type { TargetBench } from '@shared/domain/target-bench';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { allByRole, fill, findByRole, findText, press } from '../support/by-role';
import { silence } from '../support/fake-client';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import {
  datasetSummary,
  depthPrediction,
  depthRanking,
  jobDetail,
  jobSummary,
  project,
  trainJob,
} from '../support/sample-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
  // The test DOM decodes no pictures; the RGB pane stays empty.
  vi.stubGlobal('createImageBitmap', () => new Promise(() => {}));
});
afterEach(() => {
  mounted?.unmount();
});

const summary = jobSummary(trainJob(3));

function workbench(askedEpochs: unknown[] = []) {
  return {
    'project.current': async () => project,
    'datasets.list': async () => [datasetSummary('R'), datasetSummary('O')],
    'jobs.watch': async function* (_input: unknown, signal: AbortSignal) {
      yield [summary];
      yield* silence(signal);
    },
    'jobs.detail': async () => jobDetail(summary, [1, 2, 3, 6]),
    'depth.predict': async ({
      epoch,
      samples,
    }: {
      epoch: number | 'last';
      samples: { dataset: string; index: number }[];
    }) => {
      askedEpochs.push(epoch);
      return samples.map(({ dataset, index }) => depthPrediction(dataset, index));
    },
    'depth.ranking': async ({ epoch }: { epoch: number | 'last' }) => depthRanking(epoch === 'last' ? 6 : epoch),
    'scores.read': async () => ({
      score: Float64Array.of(0.1),
      attackTypes: [],
      attackType: Int32Array.of(-1),
      threshold: 0.22,
      sha256: 'abc',
    }),
    'media.read': async () => ({ type: 'image/jpeg', bytes: new Uint8Array([1]) }),
  };
}

describe('the depth view', () => {
  it('starts at the last kept epoch of a finished run, with the first bona fide face of a source', async () => {
    const asked: unknown[] = [];
    mounted = await mountApp('/depth', workbench(asked));
    await findByRole('img', 'Target depth, bona fide');
    await findByRole('img', 'Predicted depth, epoch 6');
    await findByRole('img', 'Signed error');
    expect(asked[0]).toBe(6);
    await findText('1 of 8');
    await findText('O-0 · 0');
  });

  it('puts each measure beside its class in the set and ranks it', async () => {
    mounted = await mountApp('/depth', workbench());
    await findText(/Mean abs\. error\s*0\.020\s*0\.040 ± 0\.036\s*2 of 4/);
  });

  it('judges the mean depth at the named threshold, and live at one set by hand', async () => {
    mounted = await mountApp('/depth', workbench());
    // At 0.22: bona fide 0.2 and 0.1 are rejected (2 of 4), the attack 0.25 is accepted (1 of 4; of print 1 of 2).
    await findText(/HTER depth score\s*37\.5 %/);
    await findText(/BPCER\s*50\.0 %/);
    await findText(/APCER max, print\s*50\.0 %/);
    await findText(/APCER pooled\s*25\.0 %/);
    await findText('source-dev EER');
    fill(await findByRole('spinbutton', 'Threshold'), '0.26');
    await findText(/HTER depth score\s*25\.0 %/);
    await findText('by hand');
    (await findByRole('button', 'Back')).click();
    await findText('from O dev');
  });

  it('scores maps by another rule at the threshold of the sources’ dev set, and writes the scores as a system', async () => {
    const kept: unknown[] = [];
    mounted = await mountApp('/depth', {
      ...workbench(),
      'depth.keepScores': async (input: unknown) => {
        kept.push(input);
        return { name: 'mine', files: [{ dataset: 'O', set: 'dev', samples: 8 }] };
      },
    });
    await findText(/HTER depth score\s*37\.5 %/);
    const share = await findByRole('slider', 'Share of the classifier');
    // All of it: the classifier's scores 0.9, 0.8, 0.7, 0.4 against 0.2, 0.1, 0.3, 0.6; the same set stands for O dev.
    press(share, 'End');
    await findText(/AUC\s*0\.938/);
    await findText('from O dev');
    (await findByRole('button', 'Use in reports…')).click();
    fill(await findByRole('textbox', 'Name of the system'), 'mine');
    (await findByRole('button', 'Write the scores')).click();
    await findText('Scores "mine" written');
    expect(kept).toEqual([
      { job: summary.job.id, epoch: 6, rule: { depth: 'mean', classifierShare: 1 }, name: 'mine' },
    ]);
  });

  it('pins the sample above, at most eight, and saves the grid of pins and runs as files', async () => {
    const asked: unknown[] = [];
    const exporting = {
      ...workbench(),
      'depth.export': async (input: unknown) => {
        asked.push(input);
        return { files: ['/granted/sheet.pdf'] };
      },
    };
    mounted = await mountApp('/depth', exporting, { 'desktop.chooseFolder': async () => ({ path: '/granted' }) });
    await findText('1 of 8');
    (await findByRole('button', 'Pin the sample above')).click();
    await findText('1 pinned, epoch 6');
    (await findByRole('button', 'Save these maps')).click();
    (await findByRole('checkbox', 'Raw floats')).click();
    (await findByRole('button', 'Save…')).click();
    await findText('1 file written');
    expect(asked).toEqual([
      expect.objectContaining({
        kinds: ['sheet-pdf', 'arrays'],
        jobs: [summary.job.id],
        epoch: 6,
        samples: [{ dataset: 'O', index: 0 }],
        folder: '/granted',
      }),
    ]);
  });

  it('walks samples by arrow keys and epochs by brackets and typed number', async () => {
    mounted = await mountApp('/depth', workbench());
    const panes = await findByRole('group', 'Linked panes');
    await findText('1 of 8');
    press(panes, 'ArrowRight');
    await findText('2 of 8');
    press(panes, '[');
    await findByRole('img', 'Predicted depth, epoch 3');
    fill(await findByRole('spinbutton', 'Epoch'), '1');
    await findByRole('img', 'Predicted depth, epoch 1');
  });

  it('plays the epochs with Space', async () => {
    mounted = await mountApp('/depth', workbench());
    const panes = await findByRole('group', 'Linked panes');
    await findText('1 of 8');
    press(panes, ' ');
    panes.dispatchEvent(new KeyboardEvent('keyup', { key: ' ', bubbles: true }));
    await findByRole('button', 'Pause');
    await findByRole('img', 'Predicted depth, epoch 1');
    await findByRole('img', 'Predicted depth, epoch 2');
    (await findByRole('button', 'Pause')).click();
    await findByRole('button', 'Play epochs');
  });

  it('orders the gallery from the worst, or from the best', async () => {
    mounted = await mountApp('/depth', workbench());
    const opens = async () => {
      await findByRole('button', /open sample \d+$/);
      return allByRole('button', /open sample \d+$/).map((button) => button.getAttribute('aria-label'));
    };
    expect((await opens()).slice(0, 2)).toEqual(['O-6 0.090, open sample 6', 'O-1 0.080, open sample 1']);
    (await findByRole('radio', 'Best')).click();
    await settle(60);
    expect((await opens()).slice(0, 2)).toEqual(['O-0 0.010, open sample 0', 'O-2 0.020, open sample 2']);
  });

  it('spreads a measure by class and attack type', async () => {
    mounted = await mountApp('/depth', workbench());
    await findByRole('button', /open sample 6$/);
    (await findByRole('radio', 'Spread')).click();
    // Bona fide 0.01, 0.02, 0.04, 0.09; print 0.03, 0.08; replay/phone 0.05, 0.06: quartiles fall on halves of the last digit.
    await findText(/bona fide\s*4\s*0\.030\s*0\.01[78]–0\.05[23]/);
    await findText(/print\s*2\s*0\.055\s*0\.04[23]–0\.06[78]/);
    await findText(/replay, phone\s*2\s*0\.055\s*0\.05[23]–0\.05[78]/);
  });

  it('draws the probed row and, for a region, how its values spread', async () => {
    mounted = await mountApp('/depth', workbench());
    const panes = await findByRole('group', 'Linked panes');
    press(panes, 'ArrowRight', { shiftKey: true });
    const profile = await findByRole('img', /^Depth along row 16: target dashed/);
    const heights = (line: string) =>
      new Set(
        profile
          .querySelector(line)
          ?.getAttribute('points')
          ?.split(' ')
          .map((point) => point.split(',')[1]),
      );
    expect(heights('.target')).toEqual(new Set(['24.00']));
    expect(heights('.predicted')).toEqual(new Set(['28.80']));
  });

  it('says why a run without stage 1 has no maps', async () => {
    const scratch = jobSummary(trainJob(4, { preset: 'scratch', name: 'scratch O→R s1' }));
    mounted = await mountApp('/depth', {
      ...workbench(),
      'jobs.watch': async function* (_input, signal) {
        yield [scratch];
        yield* silence(signal);
      },
      'jobs.detail': async () => jobDetail(scratch, [], 'scratch'),
    });
    await findByRole('heading', 'This run has no depth maps');
    await findText('It has no stage 1 and no auxiliary head');
  });

  it('shows what failed and tries again', async () => {
    let fails = true;
    mounted = await mountApp('/depth', {
      ...workbench(),
      'depth.predict': async ({ samples }) => {
        if (fails) throw new AppError('permission', 'epochs/0006.safetensors: permission denied');
        return samples.map(({ dataset, index }) => depthPrediction(dataset, index));
      },
    });
    await findText('epochs/0006.safetensors: permission denied');
    fails = false;
    (await findByRole('button', 'Try again')).click();
    await findByRole('img', 'Signed error');
  });

  it('sends to the experiments when nothing was trained', async () => {
    mounted = await mountApp('/depth', { 'project.current': async () => project });
    await findByRole('heading', 'No run to look at');
    await findByRole('button', 'Go to experiments');
  });
});

describe('an epoch that is held', () => {
  it('stays as a row while the slider goes on, until it is let go', async () => {
    const asked: unknown[] = [];
    mounted = await mountApp('/depth', workbench(asked));
    await findByRole('img', 'Predicted depth, epoch 6');
    (await findByRole('button', 'Hold this epoch as a row')).click();
    await findText('Epoch 6');
    press(document, '[');
    await findByRole('img', 'Predicted depth, epoch 3');
    await findText('6 samples, epoch 3');
    await findByRole('img', 'Predicted depth, Epoch 6');
    (await findByRole('button', 'Take Epoch 6 away')).click();
    await settle(100);
    expect(allByRole('img', 'Predicted depth, Epoch 6')).toEqual([]);
  });
});

describe('the network of a run', () => {
  const block = (key: string, output: number[], residual = false) => ({
    ...{
      key,
      name: key,
      words: '3×3 convolution',
      output,
      parameters: 1200,
      multiplyAdds: 300_000,
      residual,
      layers: [],
    },
  });
  const graph: NetworkGraph = {
    parts: [
      {
        ...{ name: 'encoder', input: [64, 64, 3], parameters: 2400, multiplyAdds: 600_000 },
        blocks: [block('stem', [32, 32, 8]), block('block2', [8, 8, 16], true)],
      },
      { ...{ name: 'head', input: [8, 8, 16], parameters: 17, multiplyAdds: 16 }, blocks: [block('score', [1])] },
      {
        ...{ name: 'decoder', input: [8, 8, 16], parameters: 9, multiplyAdds: 9 },
        blocks: [block('map', [32, 32, 1])],
      },
      {
        ...{ name: 'discriminator', input: [32, 32, 4], parameters: 9, multiplyAdds: 9 },
        blocks: [block('patch', [8, 8, 1])],
      },
    ],
  };
  const features = (part: 'encoder' | 'decoder', name: string, side: number, channels: number): BlockFeatures => ({
    ...{ part, block: name, side, channels, energy: new Float32Array(side * side).fill(1) },
    ...{ strongest: [3, 1], maps: new Float32Array(2 * side * side) },
  });

  it('shows each block with its cost, and the features of the one that is chosen', async () => {
    const asked: unknown[] = [];
    mounted = await mountApp('/depth', {
      ...workbench(),
      'depth.network': async () => graph,
      'depth.features': async (input: { path: string }) => {
        asked.push(input);
        return input.path === 'generator'
          ? [features('encoder', 'stem', 32, 8), features('decoder', 'map', 32, 1)]
          : [features('encoder', 'stem', 32, 8), features('encoder', 'block2', 8, 16)];
      },
    });
    (await findByRole('button', 'Network…')).click();
    await findByRole('img', 'Mean strength of block2');
    expect(asked).toEqual([{ job: summary.job.id, epoch: 6, sample: { dataset: 'O', index: 0 }, path: 'classifier' }]);
    await findText('2,417 parameters, 0.60 M multiply-adds');
    expect((await findByRole('button', /^score/)).hasAttribute('disabled')).toBe(true);
    (await findByRole('button', /^stem/)).click();
    await findByRole('img', 'Mean strength of stem');
    await findByRole('img', 'Channel 3, 0.00 to 0.00');
    (await findByRole('radio', 'Generator')).click();
    await findByRole('button', /^map/);
    (await findByRole('radio', 'Discriminator')).click();
    await findText(/four pixels by four/);
  });
});

describe('the bench of depth targets', () => {
  const faces = [
    { index: 0, path: 'a.png', subject: 'O-0', yaw: 12.4, crop: new Uint8Array(3 * 64 * 64), maps: mapsOf(0.5) },
    { index: 4, path: 'far/b.png', subject: null, yaw: null, crop: null, maps: {} },
  ];
  function mapsOf(value: number) {
    return { mesh: new Float32Array(1024).fill(value), ones: new Float32Array(1024).fill(1) };
  }
  const agreement = { faces: 1, correlationInFace: 0.84, meanAbsoluteError: 0.031, faceAreaIou: 0.9 };
  const bench: TargetBench = {
    dataset: 'R',
    cropSize: 64,
    size: 32,
    ownDepth: 'drawn',
    faces,
    makers: DepthTarget.options.map((maker) => ({
      maker,
      made: 1,
      failed: 1,
      failure: 'far/b.png: No face found.',
      milliseconds: 31.4,
      ownMilliseconds: 0.4,
      agreement: maker === 'mesh' ? agreement : null,
    })),
    effects: [
      {
        system: 'gan',
        sources: ['R'],
        target: 'O',
        hter: { mesh: { mean: 0.2, runs: 3 }, ones: { mean: 0.18, runs: 2 } },
      },
      { system: 'scratch', sources: ['R'], target: 'O', hter: { mesh: { mean: 0.3, runs: 1 } } },
    ],
  };

  it('shows every maker’s map of the same faces with its time, failures and agreement', async () => {
    const asked: unknown[] = [];
    mounted = await mountApp('/depth/targets', {
      ...workbench(),
      'depth.targets': async (input: unknown) => {
        asked.push(input);
        return bench;
      },
    });
    await findByRole('img', 'Mesh, pose kept, O-0');
    await findByRole('img', 'All ones, O-0');
    await findText(/Mesh, pose kept\s*a picture\s*31 ms\s*failed\s*1 of 2\s*r to drawn depth\s*0\.840\s*MAE\s*0\.031/);
    await findText(/no face/);
    expect(asked).toEqual([{ dataset: 'R', faces: 8 }]);
    await findText('relief depth targets --dataset R --faces 8');
  });

  it('sets runs beside each other that differ in their target, and leaves out those with nothing beside them', async () => {
    mounted = await mountApp('/depth/targets', { ...workbench(), 'depth.targets': async () => bench });
    await findText(/gan\s*R → O\s*20\.00\s*\(n = 3\)\s*18\.00\s*\(n = 2\)/);
    expect(document.body.textContent).not.toContain('scratch');
  });

  it('says why targets cannot be made, and tries again', async () => {
    let fails = true;
    mounted = await mountApp('/depth/targets', {
      ...workbench(),
      'depth.targets': async () => {
        if (fails) throw new AppError('invalid', 'R has no bona fide item to make a target of.');
        return bench;
      },
    });
    await findText('R has no bona fide item to make a target of.');
    fails = false;
    (await findByRole('button', /try again/i)).click();
    await findByRole('img', 'Mesh, pose kept, O-0');
  });
});
