import type { CheckFinding, ShortcutAudit } from '@shared/domain/check';
import { type Dataset, LayoutName, unknownLicence } from '@shared/domain/dataset';
import { isBonaFide, type MediaItem } from '@shared/domain/media-item';
import { depthFaults, depthFaultWords } from '../depth-lint';
import { pathOpposes } from '../importers/polarity-words';
import type { PreparedData } from '../prepared-data';
import { counted, finding, some } from './finding';
import type { TakenFingerprints } from './take-fingerprints';
import { releaseOf } from './releases';

const evidenceOf = (dataset: string, items: readonly MediaItem[]) =>
  items.map(({ id, path }) => ({ dataset, item: id, path }));

/** Files that are not there or cannot be read. */
export function fileFindings(
  { id }: Dataset,
  items: readonly MediaItem[],
  { prints, problems }: TakenFingerprints,
): CheckFinding[] {
  const of = (wanted: string) => items.filter((_, index) => prints.verdict(index) === wanted);
  const [missing, corrupt] = [of('missing'), of('corrupt')];
  const why = [...problems].flatMap(([index, message]) => (prints.verdict(index) === 'corrupt' ? [message] : []));
  return [
    ...(missing.length === 0
      ? []
      : [
          finding({
            kind: 'missing',
            severity: 'error',
            datasets: [id],
            message: `${counted(missing.length, 'file')} of the list ${missing.length === 1 ? 'is' : 'are'} not there: ${some(missing.map(({ path }) => path))}.`,
            advice: 'Put them back (plug in the disk, mount the share), or exclude them.',
            items: missing.length,
            evidence: evidenceOf(id, missing),
          }),
        ]),
    ...(corrupt.length === 0
      ? []
      : [
          finding({
            kind: 'corrupt',
            severity: 'error',
            datasets: [id],
            message: `${counted(corrupt.length, 'file')} cannot be read: ${some(why.length > 0 ? why.map((text) => text.replace(/\.$/, '')) : corrupt.map(({ path }) => path))}.`,
            advice: 'Copy them from the source again, or exclude them.',
            items: corrupt.length,
            evidence: evidenceOf(id, corrupt),
          }),
        ]),
  ];
}

/** What the source should hold beside what is in the list now. */
export function countFindings({ id, expected = [] }: Dataset, items: readonly MediaItem[]): CheckFinding[] {
  const off = expected.flatMap((wanted) => {
    const own = items.filter(({ set }) => wanted.set === null || set === wanted.set);
    const bonaFide = own.filter(isBonaFide).length;
    const agrees =
      wanted.total === own.length &&
      (wanted.bonaFide ?? bonaFide) === bonaFide &&
      (wanted.attack ?? own.length - bonaFide) === own.length - bonaFide;
    const classes =
      wanted.bonaFide === null || wanted.attack === null
        ? ''
        : ` (${wanted.bonaFide} bona fide, ${wanted.attack} attacks)`;
    return agrees
      ? []
      : [
          `${wanted.set ?? 'the whole'}: ${wanted.total}${classes} expected, ${own.length} (${bonaFide} bona fide, ${own.length - bonaFide} attacks) there`,
        ];
  });
  if (off.length === 0) return [];
  return [
    finding({
      kind: 'counts',
      severity: 'warning',
      datasets: [id],
      message: `It does not hold what its source says it has. ${off.join('; ')}.`,
      advice: 'Complete the copy and import it again, or say in the paper how many were used.',
      items: 0,
    }),
  ];
}

/** Items whose path says the opposite of their label. Layouts read labels off the names, so they cannot. */
export function nameFindings({ id, importer }: Dataset, items: readonly MediaItem[]): CheckFinding[] {
  if (importer === 'synthetic' || LayoutName.safeParse(importer).success) return [];
  const telling = items.filter((item) => pathOpposes(item) !== null);
  const opposing = telling.filter((item) => pathOpposes(item) === true);
  if (opposing.length === 0) return [];
  const most = opposing.length > telling.length / 2;
  return [
    finding({
      kind: 'polarity-names',
      severity: 'error',
      datasets: [id],
      message: `${opposing.length} of ${telling.length} paths that say what they show contradict their label: ${some(opposing.map(({ path, attackType }) => `${path} (${attackType === null ? 'bona fide' : attackType})`))}.`,
      advice: most
        ? 'The labels look turned round: correct the list, or say which value means bona fide, and import it again.'
        : 'Look at them; correct the list and import it again, or exclude them.',
      items: opposing.length,
      evidence: evidenceOf(id, opposing),
    }),
  ];
}

/** Prepared files that do not fit each other. */
export function damageFindings({ id }: Dataset, damage: string | null): CheckFinding[] {
  if (damage === null) return [];
  return [
    finding({
      kind: 'prepared-damaged',
      severity: 'error',
      datasets: [id],
      message: `Its prepared faces are damaged: ${damage}`,
      advice: `Remove the folder and prepare the dataset again ("relief prepare ${id}").`,
      items: 0,
    }),
  ];
}

/** Depth targets that cannot be right. */
export function depthFindings(data: PreparedData): CheckFinding[] {
  return [...depthFaults(data)].map(([fault, records]) =>
    finding({
      kind: `depth-${fault}`,
      severity: 'error',
      datasets: [data.dataset.id],
      message: depthFaultWords(
        fault,
        records.map(({ item }) => item.path),
      ),
      advice: 'Prepare the dataset again; exclude samples whose target stays wrong.',
      items: records.length,
      evidence: evidenceOf(
        data.dataset.id,
        records.map(({ item }) => item),
      ),
    }),
  );
}

const shortcutAdvice = {
  colour:
    'Look at rooms, lights and white balance of both classes; augment colour, and report the probe beside the result.',
  border: 'Look at bezels, paper edges and rooms; cut the faces closer, or prepare with a smaller scale.',
  resolution: 'Scale all pictures of one class as those of the other were, or prepare from files of one kind.',
  metadata: 'Both classes should be taken by the same devices in the same sessions; report rates by device.',
  bytes: '',
  spectrum: '',
  lbp: '',
} as const;

const plural: ReadonlySet<string> = new Set(['colour', 'resolution', 'metadata']);

/** Trivial features that tell the classes apart: certain at the lower end of the interval. */
export function shortcutFindings(dataset: string, { results }: ShortcutAudit): CheckFinding[] {
  return results.flatMap(({ probe, title, auc, interval, bound }) => {
    if (auc === null || interval === null || bound === null || interval[0] <= bound) return [];
    return [
      finding({
        kind: 'shortcut',
        severity: 'warning',
        datasets: [dataset],
        key: probe,
        message: `A shortcut: ${title} alone ${plural.has(probe) ? 'tell' : 'tells'} bona fide from attacks with AUC ${auc.toFixed(2)} (${interval[0].toFixed(2)} to ${interval[1].toFixed(2)}) on people it has not seen.`,
        advice: shortcutAdvice[probe],
        items: 0,
      }),
    ];
  });
}

/** What has to be known before numbers or pictures of a dataset go out. */
export function paperFindings(dataset: Dataset, items: readonly MediaItem[]): CheckFinding[] {
  const release = releaseOf(dataset, items.length);
  const { name, use, consent } = dataset.licence ?? unknownLicence;
  return [
    ...(release.kind === 'part'
      ? [
          finding({
            kind: 'release',
            severity: 'warning',
            datasets: [dataset.id],
            message: `${release.words}.`,
            advice: 'Say in the paper how many were used, or complete the download: numbers of a part do not compare.',
            items: 0,
          }),
        ]
      : release.kind === 'known' && release.ambiguous
        ? [
            finding({
              kind: 'release',
              severity: 'info',
              datasets: [dataset.id],
              message: `This is ${release.words}.`,
              advice: 'Name the release in the paper, and compare with numbers of the same one.',
              items: 0,
            }),
          ]
        : []),
    ...(dataset.synthetic || (name !== '' && use !== 'unknown' && consent !== 'unknown')
      ? []
      : [
          finding({
            kind: 'licence',
            severity: 'info',
            datasets: [dataset.id],
            message: `Nobody has noted ${name === '' || use === 'unknown' ? 'what its licence allows' : 'whether its people consented'}.`,
            advice: 'Look it up and note it with the dataset before pictures or scores leave the project.',
            items: 0,
          }),
        ]),
  ];
}
