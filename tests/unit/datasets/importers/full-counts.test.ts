import { describe, expect, it } from 'vitest';
import type { LayoutName } from '@shared/domain/dataset';
import { layouts } from '@workbench/datasets/importers/layouts';
import type { Listing } from '@workbench/datasets/importers/importer';
import { readLayout, recognise } from '@workbench/datasets/importers/read-layout';
import { assignSets } from '@workbench/datasets/protocols/match';
import { countSets } from '@workbench/datasets/store';
import {
  casiaNames,
  casiaSurfNames,
  celebaNames,
  msuNames,
  msuTest,
  msuTrain,
  nuaaNames,
  ouluList,
  ouluNames,
  replayAttackNames,
  replayMobileNames,
  roseNames,
  siwNames,
  threeDMadNames,
} from './name-lists';

/** Reads a dataset whose files exist by name only. */
function read(name: LayoutName, names: readonly string[], lists: Readonly<Record<string, string>> = {}): Listing {
  const tree = { root: '/somewhere/data', paths: [...names, ...Object.keys(lists)], findings: [], more: false };
  const found = recognise(layouts[name], tree).lists;
  return readLayout(
    layouts[name],
    tree,
    found.map(({ path, tail }) => ({ path, tail, text: lists[path] ?? '' })),
  );
}

function counts({ items }: Listing) {
  return countSets(items.flatMap((item) => (item.set === null ? [] : [{ ...item, set: item.set }])));
}

/** Real + attack of a set under a protocol, as in `240+960`. */
function protocolCounts(listing: Listing, name: string): Record<string, string> {
  const protocol = listing.protocols?.find((candidate) => candidate.name === name);
  if (!protocol) throw new Error(`no protocol ${name}; there are ${listing.protocols?.map((p) => p.name).join(', ')}`);
  const { sets, twice } = assignSets(listing.items, protocol.sets, 'data');
  expect(twice).toEqual([]);
  const bySet = countSets(
    listing.items.flatMap((item, index) => {
      const set = sets[index];
      return set ? [{ ...item, set }] : [];
    }),
  );
  return Object.fromEntries(Object.entries(bySet).map(([set, { bonaFide, attack }]) => [set, `${bonaFide}+${attack}`]));
}

const problems = ({ findings }: Listing) => findings.filter(({ severity }) => severity !== 'info');

describe('OULU-NPU', () => {
  it('holds 4,950 videos of 55 people', () => {
    const listing = read('oulu-npu', ouluNames());
    expect(counts(listing)).toEqual({
      train: { bonaFide: 360, attack: 1440 },
      dev: { bonaFide: 270, attack: 1080 },
      test: { bonaFide: 360, attack: 1440 },
    });
    expect(problems(listing)).toEqual([]);
  });

  it('has the published counts in protocols 1 to 4 and all their folds', () => {
    const listing = read('oulu-npu', ouluNames());
    expect(protocolCounts(listing, 'P1')).toEqual({ train: '240+960', dev: '180+720', test: '120+480' });
    expect(protocolCounts(listing, 'P2')).toEqual({ train: '360+720', dev: '270+540', test: '360+720' });
    for (let fold = 1; fold <= 6; fold++) {
      expect(protocolCounts(listing, `P3_${fold}`)).toEqual({ train: '300+1200', dev: '225+900', test: '60+240' });
      expect(protocolCounts(listing, `P4_${fold}`)).toEqual({ train: '200+400', dev: '150+300', test: '20+40' });
    }
  });

  it('finds rules and official lists in agreement, and lets a list that differs win', () => {
    const lists = {
      'Protocols/Protocol_1/Train.txt': ouluList('Train', (_phone, session) => session < 3),
      'Protocols/Protocol_1/Dev.txt': ouluList('Dev', (_phone, session) => session < 3),
      'Protocols/Protocol_1/Test.txt': ouluList('Test', (_phone, session) => session === 3),
      'Protocols/Protocol_4/Train_2.txt': ouluList(
        'Train',
        (phone, session, access) => phone !== 2 && session < 3 && [1, 2, 4].includes(access),
      ),
    };
    const agreed = read('oulu-npu', ouluNames(), lists);
    expect(problems(agreed)).toEqual([]);
    expect(agreed.protocols?.find(({ name }) => name === 'P1')?.from).toBe('lists-agree');
    expect(agreed.protocols?.find(({ name }) => name === 'P2')?.from).toBe('rules');

    const withoutOne = lists['Protocols/Protocol_1/Test.txt'].replace(/.*\n/, '');
    const differing = read('oulu-npu', ouluNames(), { ...lists, 'Protocols/Protocol_1/Test.txt': withoutOne });
    expect(problems(differing).map(({ kind, path }) => ({ kind, path }))).toEqual([
      { kind: 'list-disagrees', path: 'Test_files/1_3_36_1.avi' },
    ]);
    expect(protocolCounts(differing, 'P1')).toEqual({ train: '240+960', dev: '180+720', test: '119+480' });
  });
});

describe('the other datasets by their full lists of names', () => {
  it('CASIA-FASD: 240 and 360 videos, and its seven scenarios', () => {
    const listing = read('casia-fasd', casiaNames());
    expect(counts(listing)).toEqual({ train: { bonaFide: 60, attack: 180 }, test: { bonaFide: 90, attack: 270 } });
    expect(new Set(listing.items.map(({ subject }) => subject)).size).toBe(50);
    expect(problems(listing)).toEqual([]);
    for (const quality of ['low', 'normal', 'high'])
      expect(protocolCounts(listing, quality)).toEqual({ train: '20+60', test: '30+90' });
    for (const kind of ['warped', 'cut', 'video'])
      expect(protocolCounts(listing, kind)).toEqual({ train: '60+60', test: '90+90' });
  });

  it('Replay-Attack: 360, 360 and 480 videos, and every protocol’s attacks', () => {
    const listing = read('replay-attack', replayAttackNames());
    expect(counts(listing)).toEqual({
      train: { bonaFide: 60, attack: 300 },
      dev: { bonaFide: 60, attack: 300 },
      test: { bonaFide: 80, attack: 400 },
    });
    expect(problems(listing)).toEqual([]);
    expect(listing.findings.find(({ kind }) => kind === 'left-out')?.message).toMatch(/^100 enrolment clips/);
    for (const [name, train, dev, test] of [
      ['grandtest', '60+300', '60+300', '80+400'],
      ['print', '60+60', '60+60', '80+80'],
      ['mobile', '60+120', '60+120', '80+160'],
      ['highdef', '60+120', '60+120', '80+160'],
      ['digitalphoto', '60+120', '60+120', '80+160'],
      ['photo', '60+180', '60+180', '80+240'],
      ['video', '60+120', '60+120', '80+160'],
    ] as const)
      expect(protocolCounts(listing, name)).toEqual({ train, dev, test });
  });

  it('Replay-Attack: reads protocols that only lists know', () => {
    const list = [
      'train/attack/fixed/attack_print_client001_session01_highdef_photo_adverse',
      'train/attack/hand/attack_mobile_client002_session01_mobile_video_controlled.mov',
    ].join('\n');
    const real = 'train/real/client001_session01_webcam_authenticate_adverse_1.mov';
    const listing = read('replay-attack', replayAttackNames(), {
      'protocols/real-train.txt': real,
      'protocols/attack-smalltest-allsupports-train.txt': list,
    });
    expect(problems(listing)).toEqual([]);
    expect(protocolCounts(listing, 'smalltest')).toEqual({ train: '1+2' });
  });

  it('Replay-Mobile: 312, 416 and 302 videos', () => {
    const listing = read('replay-mobile', replayMobileNames());
    expect(counts(listing)).toEqual({
      train: { bonaFide: 120, attack: 192 },
      dev: { bonaFide: 160, attack: 256 },
      test: { bonaFide: 110, attack: 192 },
    });
    expect(problems(listing)).toEqual([]);
    expect(protocolCounts(listing, 'print')).toEqual({ train: '120+96', dev: '160+128', test: '110+96' });
  });

  it('MSU-MFSD: 120 and 160 videos, with and without its subject lists', () => {
    const lists = {
      'train_sub_list.txt': msuTrain.map((id) => String(id).padStart(2, '0')).join('\n'),
      'test_sub_list.txt': msuTest.map((id) => String(id).padStart(2, '0')).join('\n'),
    };
    for (const listing of [read('msu-mfsd', msuNames()), read('msu-mfsd', msuNames(), lists)]) {
      expect(counts(listing)).toEqual({ train: { bonaFide: 30, attack: 90 }, test: { bonaFide: 40, attack: 120 } });
      expect(problems(listing)).toEqual([]);
    }
  });

  it('SiW: 2,416 and 2,053 videos, protocols 1 to 3', () => {
    const listing = read('siw', siwNames());
    expect(counts(listing).test).toEqual({ bonaFide: 599, attack: 1454 });
    expect(problems(listing)).toEqual([]);
    expect(protocolCounts(listing, 'P1')).toEqual({ train: '639+1777', test: '599+1454' });
    expect(protocolCounts(listing, 'P3_1')).toEqual({ train: '639+414', test: '599+1140' });
    expect(protocolCounts(listing, 'P3_2')).toEqual({ train: '639+1363', test: '599+314' });
    const replayed = [1, 2, 3, 4].map((medium) => protocolCounts(listing, `P2_${medium}`)['test']);
    expect(replayed.reduce((sum, text) => sum + Number(text?.split('+')[1]), 0)).toBe(1140);
  });

  it('CelebA-Spoof: 494,405 and 67,170 images', () => {
    const listing = read('celeba-spoof', celebaNames());
    expect(listing.items).toHaveLength(494_405 + 67_170);
    expect(problems(listing)).toEqual([]);
  });

  it('NUAA: by its four lists', () => {
    const { names, lists } = nuaaNames();
    const listing = read('nuaa', names, lists);
    expect(counts(listing)).toEqual({
      train: { bonaFide: 1743, attack: 1748 },
      test: { bonaFide: 3362, attack: 5761 },
    });
    expect(problems(listing)).toEqual([]);
  });

  it('3DMAD: 170 real and 85 mask recordings of 17 people', () => {
    const listing = read('3dmad', threeDMadNames());
    expect(counts(listing)).toEqual({
      train: { bonaFide: 70, attack: 35 },
      dev: { bonaFide: 50, attack: 25 },
      test: { bonaFide: 50, attack: 25 },
    });
    expect(problems(listing)).toEqual([]);
  });

  it('ROSE-Youtu: 500 genuine and 2,850 attack videos', () => {
    const listing = read('rose-youtu', roseNames());
    expect(listing.items.filter(({ attackType }) => attackType === null)).toHaveLength(500);
    expect(listing.items).toHaveLength(3350);
    expect(problems(listing)).toEqual([]);
  });

  it('CASIA-SURF: 29,266, 9,608 and 57,710 colour pictures, labels by list', () => {
    const { names, lists } = casiaSurfNames();
    const listing = read('casia-surf', names, lists);
    const bySet = Object.entries(counts(listing)).map(([set, count]) => [set, count.bonaFide + count.attack]);
    expect(Object.fromEntries(bySet)).toEqual({ train: 29_266, dev: 9608, test: 57_710 });
    expect(problems(listing)).toEqual([]);
  });
});
