import { describe, expect, it } from 'vitest';
import type { LayoutName } from '@shared/domain/dataset';
import type { SetName } from '@shared/domain/names';
import type { SetRule } from '@shared/domain/protocol';
import { ruleAsQuery, ruleByQuery } from '@shared/domain/protocol-query';
import { layouts } from '@workbench/datasets/importers/layouts';
import { readLayout } from '@workbench/datasets/importers/read-layout';
import { divide } from '@workbench/datasets/protocols/counts';
import { divideDatasets, ruleMistakes } from '@workbench/datasets/protocols/division';
import { assignSets } from '@workbench/datasets/protocols/match';
import { mediaItem } from '../../../fixtures/media-item';
import {
  casiaNames,
  casiaSurfNames,
  celebaNames,
  msuNames,
  nuaaNames,
  ouluNames,
  replayAttackNames,
  replayMobileNames,
  roseNames,
  siwNames,
  threeDMadNames,
} from '../importers/name-lists';

type Rules = Record<SetName, SetRule>;

function itemsOf(name: LayoutName, names: readonly string[]) {
  return readLayout(layouts[name], { root: '/data', paths: [...names], findings: [], more: false }, []).items;
}

const byQuery = (rules: Rules): Rules => ({
  train: ruleByQuery(ruleAsQuery(rules.train), rules.train.paths),
  dev: ruleByQuery(ruleAsQuery(rules.dev), rules.dev.paths),
  test: ruleByQuery(ruleAsQuery(rules.test), rules.test.paths),
});

describe('a set by query', () => {
  it.each<[LayoutName, () => readonly string[]]>([
    ['oulu-npu', ouluNames],
    ['casia-fasd', casiaNames],
    ['replay-attack', replayAttackNames],
    ['replay-mobile', replayMobileNames],
    ['msu-mfsd', msuNames],
    ['siw', siwNames],
    ['celeba-spoof', () => celebaNames().filter((_, index) => index % 100 < 4)],
    ['nuaa', () => nuaaNames().names],
    ['rose-youtu', roseNames],
    ['casia-surf', () => casiaSurfNames().names],
    ['3dmad', threeDMadNames],
  ])('says of every file of %s what the published rules say', (name, names) => {
    const items = itemsOf(name, names());
    for (const protocol of layouts[name].protocols) {
      const published = assignSets(items, protocol.sets, 'data');
      const asked = assignSets(items, byQuery(protocol.sets), 'data');
      expect(asked.sets, `${name} ${protocol.name}`).toEqual(published.sets);
    }
  });

  const people = {
    train: 'subject >= 1 and subject <= 20',
    dev: 'subject >= 21 and subject <= 35',
    test: 'subject > 35',
  };
  const oulu = (train: string, test: string): Rules => ({
    train: ruleByQuery(`${people.train} and ${train}`),
    dev: ruleByQuery(`${people.dev} and ${train}`),
    test: ruleByQuery(`${people.test} and ${test}`),
  });
  const folds = [1, 2, 3, 4, 5, 6];
  it.each<[string, Rules, string[]]>([
    ['P1', oulu('session in (1, 2)', 'session=3'), ['240+960', '180+720', '120+480']],
    ['P2', oulu('access in (1, 2, 4)', 'access in (1, 3, 5)'), ['360+720', '270+540', '360+720']],
    ...folds.map((k): [string, Rules, string[]] => [
      `P3_${k}`,
      oulu(`not device=${k}`, `phone=${k}`),
      ['300+1200', '225+900', '60+240'],
    ]),
    ...folds.map((k): [string, Rules, string[]] => [
      `P4_${k}`,
      oulu(
        `device!=${k} and session in (1,2) and access in (1,2,4)`,
        `device=${k} and session=3 and access in (1,3,5)`,
      ),
      ['200+400', '150+300', '20+40'],
    ]),
  ])('makes protocol %s of OULU-NPU from a person’s own words', (name, rules, expected) => {
    const items = itemsOf('oulu-npu', ouluNames());
    const { sets, twice } = assignSets(items, rules, 'oulu');
    const published = layouts['oulu-npu'].protocols.find((protocol) => protocol.name === name);
    expect(published).toBeDefined();
    if (!published) return;
    expect(sets).toEqual(assignSets(items, published.sets, 'oulu').sets);
    expect(twice).toEqual([]);
    const count = (set: SetName, attack: boolean) =>
      items.filter((item, index) => sets[index] === set && (item.attackType !== null) === attack).length;
    expect((['train', 'dev', 'test'] as const).map((set) => `${count(set, false)}+${count(set, true)}`)).toEqual(
      expected,
    );
  });

  it('carves a dev set by subject from CASIA-FASD, which has none', () => {
    const items = itemsOf('casia-fasd', casiaNames());
    const rules: Rules = {
      train: ruleByQuery('set=train'),
      dev: ruleByQuery(''),
      test: ruleByQuery('set=test'),
    };
    const { sets, carved } = divide(
      items.map((item) => ({ ...item, id: item.path, set: item.set ?? 'train' })),
      rules,
      { share: 0.25, seed: 7 },
      'casia',
    );
    expect(carved).toHaveLength(5);
    const peopleOf = (set: SetName) =>
      new Set(items.flatMap(({ subject }, index) => (sets[index] === set ? [subject] : [])));
    expect([...peopleOf('dev')].sort()).toEqual([...carved].sort());
    for (const person of carved) expect(peopleOf('train').has(person)).toBe(false);
    expect(sets.filter((set) => set === 'dev')).toHaveLength(60);
    expect(sets.filter((set) => set === 'train')).toHaveLength(180);
  });
});

describe('the division of datasets', () => {
  const items = [
    mediaItem('D', 'live/a1.jpg', { subject: 'a', session: '1', tags: { light: 'Dim' } }),
    mediaItem('D', 'live/b1.jpg', { subject: 'b', session: '2', tags: { light: 'bright' } }),
    mediaItem('D', 'print/a2.jpg', { subject: 'a', session: '1', attackType: 'print/1', set: 'test' }),
    mediaItem('D', 'print/c2.jpg', { subject: 'c', session: '3', attackType: 'print/2', set: 'test' }),
    mediaItem('D', 'clip.avi', { kind: 'video', attackType: 'replay', set: 'dev' }),
  ];
  const listed = [{ dataset: 'D', items, excluded: new Map<string, unknown>() }];
  const rules = (train: string, dev: string, test: string) => ({
    datasets: [],
    carve: null,
    sets: { train: ruleByQuery(train), dev: ruleByQuery(dev), test: ruleByQuery(test) },
  });

  it('counts each set by class, attack type and person, and what is in none or in two', () => {
    const [divided] = divideDatasets(rules('light=dim or pai=print', 'video=clip.avi', 'subject in (b, c)'), listed);
    expect(divided).toEqual({
      dataset: 'D',
      ruled: true,
      sets: {
        train: { bonaFide: 1, attack: 2, subjects: 2, attackTypes: { 'print/1': 1, 'print/2': 1 } },
        dev: { bonaFide: 0, attack: 1, subjects: 1, attackTypes: { replay: 1 } },
        test: { bonaFide: 1, attack: 0, subjects: 1, attackTypes: {} },
      },
      left: 0,
      excluded: 0,
      twice: { items: 1, paths: ['print/c2.jpg'] },
      carved: [],
    });
  });

  it('does not count what a person left out, and leaves other datasets their sets', () => {
    const id = items[0]?.id ?? '';
    const without = [{ dataset: 'D', items, excluded: new Map([[id, 'blurred']]) }];
    const [divided] = divideDatasets({ ...rules('', '', ''), datasets: ['other'] }, without);
    expect(divided).toMatchObject({ ruled: false, excluded: 1, left: 0 });
    expect(divided?.sets.train).toMatchObject({ bonaFide: 1, attack: 0 });
    expect(divided?.sets.test).toMatchObject({ bonaFide: 0, attack: 2 });
  });

  it.each([
    ['lihgt=dim', 'There is no field "lihgt". Did you mean "light"?', 0, 5],
    ['light=dark', 'No sample has light=dark. It has bright, Dim.', 0, 10],
    ['set=train and (', 'Something is missing at the end: a clause like set=test, or a word.', 15, 15],
  ])('names the mistake in %j with its place', (query, message, from, to) => {
    expect(ruleMistakes(rules('set=train', query, ''), listed)).toEqual([{ set: 'dev', message, from, to }]);
  });
});
