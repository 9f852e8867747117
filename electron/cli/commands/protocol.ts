import type { Command } from 'commander';
import { AppError } from '@shared/contract/errors';
import { leakWords } from '@shared/domain/leak';
import { type SetName, setNames, SlugName } from '@shared/domain/names';
import { type DividedDataset, Protocol, type SetTally } from '@shared/domain/protocol';
import { ruleAsQuery } from '@shared/domain/protocol-query';
import { LeakFinder } from '@workbench/datasets/doctor/run-leaks';
import { readMarks } from '@workbench/datasets/marks';
import {
  divideDatasets,
  divideBy,
  isRuled,
  type ListedDataset,
  ruleMistakes,
} from '@workbench/datasets/protocols/division';
import { knownProtocols } from '@workbench/datasets/protocols/known';
import { protocolNames, readProtocol, removeProtocol, saveProtocol } from '@workbench/datasets/protocols/store';
import { listDatasetIds, readItems } from '@workbench/datasets/store';
import type { Project } from '@workbench/project/project';
import { collect, type Register } from '../command';
import { contextOf } from '../context';
import { textTable } from '../output';

interface SaveOptions {
  readonly from?: string;
  readonly train?: string;
  readonly dev?: string;
  readonly test?: string;
  readonly dataset?: readonly string[];
  readonly carve?: string;
  readonly carveSeed?: string;
  readonly title?: string;
  readonly notes?: string;
  readonly replace?: boolean;
}

export const registerProtocol: Register = (program) => {
  const protocol = program
    .command('protocol')
    .description('divide datasets into train, dev and test by rules over what is known of their items');
  protocol
    .command('list')
    .description('protocols that an experiment can name as data.protocol')
    .action(async (_options: unknown, command: Command) => {
      const { output, withProject } = contextOf(command);
      const protocols = await withProject(knownProtocols);
      output.result({ protocols }, () =>
        textTable([
          ['protocol', 'from', 'datasets', 'title'],
          ...protocols.map(({ name, origin, from, datasets, title, problem }) => [
            name,
            from === null ? origin : { rules: 'rules', 'lists-agree': 'rules and lists', lists: 'lists' }[from],
            datasets.length === 0 ? 'all' : datasets.join(', '),
            problem ?? title,
          ]),
        ]),
      );
    });
  protocol
    .command('show <name>')
    .description('what a protocol makes of the datasets: counts per set, attack type and subject, and what leaks')
    .option('--no-leaks', 'do not look for what the sets share')
    .action(async (name: string, { leaks }: { readonly leaks: boolean }, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const found = await readProtocol(project, name);
        const shown = await show(project, found, leaks);
        output.result(shown, () => textOf(shown));
      });
    });
  protocol
    .command('save <name>')
    .description('write a protocol of the project; rules are queries as the sample browser takes them')
    .option('--from <protocol>', 'start from this one, such as oulu.P1')
    .option('--train <query>', 'what is trained on, such as "session in (1, 2) and not device=6"')
    .option('--dev <query>', 'what chooses threshold and epoch')
    .option('--test <query>', 'what is tested on')
    .option('--dataset <id>', 'the rules are for this dataset only; others keep their sets (repeatable)', collect)
    .option(
      '--carve <share>',
      'where the rules leave no dev set, move this share of the train subjects; "none" does not',
    )
    .option('--carve-seed <n>', 'who is moved')
    .option('--title <text>', 'what it is called')
    .option('--notes <text>', 'what is to be known of it')
    .option('--replace', 'write over a protocol of that name')
    .action(async (name: string, options: SaveOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const saved = await protocolFrom(project, name, options);
        const datasets = await listedDatasets(project);
        const mistake = ruleMistakes(saved, datasets)[0];
        if (mistake) throw new AppError('invalid', `--${mistake.set}: ${mistake.message}`, { ...mistake });
        if (options.replace !== true && protocolNames(project).includes(name))
          throw new AppError('conflict', `There is a protocol "${name}" already; add --replace, or take another name.`);
        await saveProtocol(project, saved);
        const shown = await show(project, saved, false);
        output.result(shown, () => textOf(shown));
      });
    });
  protocol
    .command('remove <name>')
    .description('move a protocol of the project to its trash')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject((project) => removeProtocol(project, name));
      output.result({ removed: name }, `${name} is in the project's trash.`);
    });
};

async function protocolFrom(project: Project, name: string, options: SaveOptions): Promise<Protocol> {
  if (!SlugName.safeParse(name).success)
    throw new AppError('bad-request', `"${name}" is no name: use letters, digits, ".", "-" and "_".`);
  const base = options.from === undefined ? null : await readProtocol(project, options.from);
  const ruleOf = (set: SetName) => {
    const where = options[set];
    if (where !== undefined) return { any: [], ...(where.trim() === '' ? {} : { where }) };
    return base?.sets[set] ?? { any: [] };
  };
  const draft = {
    formatVersion: 1,
    name,
    title: options.title ?? base?.title ?? '',
    notes: options.notes ?? base?.notes ?? '',
    datasets: options.dataset ?? base?.datasets ?? [],
    sets: { train: ruleOf('train'), dev: ruleOf('dev'), test: ruleOf('test') },
    carve: carveOf(options) ?? base?.carve ?? null,
  };
  if (options.carve === 'none') draft.carve = null;
  const parsed = Protocol.safeParse(draft);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('bad-request', `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`);
}

function carveOf({ carve, carveSeed = '1' }: SaveOptions): { share: number; seed: number } | null {
  if (carve === undefined || carve === 'none') return null;
  const [share, seed] = [Number(carve), Number(carveSeed)];
  if (!(share >= 0.05 && share <= 0.5))
    throw new AppError('bad-request', `--carve ${carve}: a share from 0.05 to 0.5.`);
  if (!Number.isInteger(seed) || seed < 0)
    throw new AppError('bad-request', `--carve-seed ${carveSeed}: a whole number.`);
  return { share, seed };
}

interface Shown {
  readonly protocol: Protocol;
  readonly rules: Readonly<Record<SetName, string>>;
  readonly datasets: readonly DividedDataset[];
  readonly leaks: readonly string[] | null;
}

async function show(project: Project, protocol: Protocol, withLeaks: boolean): Promise<Shown> {
  const listed = (await listedDatasets(project)).filter(({ dataset }) => isRuled(protocol, dataset));
  const rules = Object.fromEntries(setNames.map((set) => [set, ruleAsQuery(protocol.sets[set])]));
  return {
    protocol,
    rules: { train: rules['train'] ?? '', dev: rules['dev'] ?? '', test: rules['test'] ?? '' },
    datasets: divideDatasets(protocol, listed),
    leaks: withLeaks ? await leaksOf(project, protocol, listed) : null,
  };
}

async function leaksOf(project: Project, protocol: Protocol, listed: readonly ListedDataset[]): Promise<string[]> {
  const ids = listed.map(({ dataset }) => dataset);
  const finder = await LeakFinder.over(project, ids, (id) =>
    Promise.resolve(listed.find(({ dataset }) => dataset === id)?.items ?? []),
  );
  const found = finder.leaksOf({ sources: ids, targets: ids }, divideBy(protocol));
  return found.map((leak) => leakWords(leak));
}

async function listedDatasets(project: Project): Promise<ListedDataset[]> {
  const datasets: ListedDataset[] = [];
  for (const dataset of await listDatasetIds(project))
    datasets.push({
      dataset,
      items: await readItems(project, dataset),
      excluded: (await readMarks(project, dataset)).excluded,
    });
  return datasets;
}

function textOf({ protocol: { name, title, carve, sets }, rules, datasets, leaks }: Shown): string {
  const rule = (set: SetName) => {
    const paths = sets[set].paths;
    const words = [rules[set], ...(paths ? [`${paths.length} listed files`] : [])].filter((word) => word !== '');
    return `  ${set}: ${words.length === 0 ? 'nothing' : words.join(' or ')}`;
  };
  return [
    `${name}${title === '' ? '' : `: ${title}`}`,
    ...setNames.map(rule),
    ...(carve ? [`  dev carved by subject where there is none: ${carve.share * 100} %, seed ${carve.seed}`] : []),
    textTable([
      ['dataset', 'set', 'bona fide', 'attacks', 'subjects', 'attack types'],
      ...datasets.flatMap(({ dataset, sets: tallies }) =>
        setNames.flatMap((set) => (tallies[set] ? [tallyRow(dataset, set, tallies[set])] : [])),
      ),
    ]),
    ...datasets.flatMap(noteLines),
    ...(leaks === null ? [] : leaks.length === 0 ? ['Nothing of train is in dev or test.'] : leaks),
  ].join('\n');
}

function tallyRow(dataset: string, set: SetName, { bonaFide, attack, subjects, attackTypes }: SetTally): string[] {
  const types = Object.entries(attackTypes).map(([type, count]) => `${type} ${count}`);
  return [dataset, set, String(bonaFide), String(attack), String(subjects), types.join(', ')];
}

function noteLines({ dataset, left, excluded, twice, carved }: DividedDataset): string[] {
  return [
    ...(left > 0 ? [`${dataset}: ${left} items are in no set.`] : []),
    ...(excluded > 0 ? [`${dataset}: ${excluded} items are left out by hand and not counted.`] : []),
    ...(twice.items > 0
      ? [`${dataset}: ${twice.items} items are taken by two sets and stay in the first: ${twice.paths.join(', ')}.`]
      : []),
    ...(carved.length > 0 ? [`${dataset}: dev carved from the subjects ${carved.join(', ')}.`] : []),
  ];
}
