import { basename, extname } from 'node:path';
import type { Finding } from '@shared/domain/dataset';
import type { SetName } from '@shared/domain/names';
import { clipExtensions, pictureExtensions } from './media-kinds';
import type { FileTree } from './file-tree';
import type { ListedItem, Listing } from './importer';
import type { Layout, ListText, NamedFile, Official } from './layout';
import { countFindings, extraFindings, grouped, missingFindings } from './layout-findings';
import { mergeProtocols } from './layout-protocols';

/** A file that the layout knows. */
export interface KnownFile {
  readonly path: string;
  readonly named: NamedFile;
}

/** Every path of a tree, sorted by what the layout makes of it. */
export interface Recognised {
  readonly known: readonly KnownFile[];
  readonly extra: readonly string[];
  readonly leftOut: ReadonlyMap<string, number>;
  readonly lists: readonly { readonly path: string; readonly tail: string }[];
  /** Media files of any kind in the tree. */
  readonly media: number;
}

/** Tries a pattern at the end of a path, and behind the root's own name where a part of the dataset was named. */
class Tails {
  private readonly cache = new Map<RegExp, RegExp>();

  constructor(private readonly rootName: string) {}

  match(pattern: RegExp, path: string): RegExpExecArray | null {
    let anchored = this.cache.get(pattern);
    if (!anchored) {
      anchored = new RegExp(`^(?:.*/)?(?<tail>${pattern.source})$`, 'i');
      this.cache.set(pattern, anchored);
    }
    return anchored.exec(path) ?? anchored.exec(`${this.rootName}/${path}`);
  }
}

/** What a layout makes of a list of names. Pure: nothing is opened. */
export function recognise(layout: Layout, tree: Pick<FileTree, 'root' | 'paths'>): Recognised {
  const tails = new Tails(basename(tree.root));
  const known: KnownFile[] = [];
  const extra: string[] = [];
  const leftOut = new Map<string, number>();
  const lists: { path: string; tail: string }[] = [];
  const ending = layout.media === 'image' ? pictureExtensions : clipExtensions;
  let media = 0;
  for (const path of tree.paths) {
    const extension = extname(path).toLowerCase();
    const isMedia = ending.has(extension);
    if (isMedia) media++;
    if (isMedia || extension === '') {
      const named = nameOf(layout, tails, path);
      if (named) {
        known.push({ path, named });
        continue;
      }
    }
    const list = layout.lists ? tails.match(layout.lists.files, path) : null;
    if (list) {
      lists.push({ path, tail: (list.groups?.['tail'] ?? path).toLowerCase() });
      continue;
    }
    const out = layout.leftOut?.find(({ match }) => tails.match(match, path));
    if (out) leftOut.set(out.why, (leftOut.get(out.why) ?? 0) + 1);
    else if (!layout.companions.some((pattern) => tails.match(pattern, path))) extra.push(path);
  }
  return { known, extra, leftOut, lists, media };
}

function nameOf(layout: Layout, tails: Tails, path: string): NamedFile | null {
  for (const pattern of layout.files) {
    const found = tails.match(pattern.match, path);
    const named = found ? pattern.read(found.groups ?? {}) : null;
    if (named) return named;
  }
  return null;
}

const nothingOfficial: Official = { sets: [], complete: false, findings: [] };

/**
 * The items of a dataset by its layout: names give the fields, lists that the dataset carries win over the rules, and whatever
 * is missing, extra, differently written or contradictory is told by name. Pure: a list of names and the lists' texts in,
 * items and findings out.
 */
export function readLayout(layout: Layout, tree: FileTree, texts: readonly ListText[]): Listing {
  const { known, extra, leftOut } = recognise(layout, tree);
  const official = layout.lists && texts.length > 0 ? layout.lists.read(texts) : nothingOfficial;
  const { files: placed, repeated } = onePerPlace(known);
  const isTold = ({ named }: KnownFile) => !named.needsLabel || official.labels?.get(named.key) !== undefined;
  const files = placed.filter(isTold);
  const untold = placed.filter((file) => !isTold(file)).map(({ path }) => path);
  const places = new Set(files.map(({ named }) => named.key));
  const companions = companionIndex(layout, tree);
  const depths = new Map(layout.depthOf ? tree.paths.map((path) => [path.toLowerCase(), path]) : []);
  const labelled = files.map((file) => withOfficialLabel(file, official));
  const items = labelled.map(({ file, attackType, set, tags }) =>
    itemOf(layout, file, { attackType, set, tags }, { companions, depths }),
  );
  const keyed = new Map(labelled.map(({ file }, index) => [file.named.key, items[index]]));
  const { protocols, findings: ofProtocols } = mergeProtocols(layout, items, official, keyed);
  const findings: Finding[] = [
    ...missingFindings(layout, files, places, official),
    ...grouped('unlabelled', 'warning', untold, 'has no label: only a list tells, and it is not there; left out'),
    ...grouped('repeated', 'warning', repeated, 'stands for a place that another file fills already; left out'),
    ...grouped(
      'wrong-case',
      'info',
      files.filter((file) => spelling(file) === 'wrong-case').map(({ path }) => path),
      `is written in another case than ${layout.title} does; taken all the same`,
    ),
    ...grouped(
      'renamed',
      'info',
      files.filter((file) => spelling(file) === 'renamed').map(({ path }) => path),
      `is named in another way than ${layout.title} does; taken all the same`,
    ),
    ...extraFindings(layout, extra),
    ...official.findings,
    ...labelled.flatMap(({ finding }) => finding ?? []),
    ...ofProtocols,
    ...countFindings(layout, items),
    ...[...leftOut].map(([why, count]): Finding => ({
      kind: 'left-out',
      severity: 'info',
      path: null,
      message: `${count} ${why}`,
    })),
    ...layout.notes.map((message): Finding => ({ kind: 'note', severity: 'info', path: null, message })),
  ];
  return {
    root: tree.root,
    items,
    findings: [...tree.findings, ...findings],
    oneSubjectPerImage: true,
    protocols,
    expected: layout.expected,
    polarity: layout.polarity,
    ...(layout.boxOf
      ? {
          boxFileOf: (item) => {
            const file = layout.boxOf?.(item.path);
            const there = file ? companions.get(file.path.toLowerCase()) : undefined;
            return file && there !== undefined ? { ...file, path: there } : null;
          },
        }
      : {}),
  };
}

/** Two files for one place: the one that is written as the dataset writes it stands. */
function onePerPlace(known: readonly KnownFile[]): { files: KnownFile[]; repeated: string[] } {
  const held = new Map<string, KnownFile>();
  const repeated: string[] = [];
  for (const file of known) {
    const other = held.get(file.named.key);
    if (!other) held.set(file.named.key, file);
    else if (spelling(other) !== 'same' && spelling(file) === 'same') {
      repeated.push(other.path);
      held.set(file.named.key, file);
    } else repeated.push(file.path);
  }
  return { files: [...held.values()], repeated };
}

function spelling({ path, named }: KnownFile): 'same' | 'wrong-case' | 'renamed' {
  const end = path.length <= named.canonical.length ? named.canonical.slice(-path.length) : named.canonical;
  const written = path.slice(-named.canonical.length);
  if (written === end) return 'same';
  return written.toLowerCase() === end.toLowerCase() ? 'wrong-case' : 'renamed';
}

/** Actual path by path in lower case, for files that lie beside samples. */
function companionIndex(layout: Layout, tree: FileTree): ReadonlyMap<string, string> {
  if (!layout.facesOf && !layout.boxOf) return new Map();
  const media = layout.media === 'image' ? pictureExtensions : clipExtensions;
  return new Map(
    tree.paths.filter((path) => !media.has(extname(path).toLowerCase())).map((path) => [path.toLowerCase(), path]),
  );
}

interface Labelled {
  readonly file: KnownFile;
  readonly attackType: string | null;
  readonly set: SetName | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly finding: Finding | null;
}

function withOfficialLabel(file: KnownFile, official: Official): Labelled {
  const { named, path } = file;
  const listed = official.labels?.get(named.key);
  const bonaFide = listed?.bonaFide ?? null;
  const byName = named.attackType === null;
  const listedSet = official.ownSets?.get(named.key) ?? official.subjectSets?.get(named.subject ?? '');
  const tags = { ...named.tags, ...listed?.tags };
  const disagrees = bonaFide !== null && bonaFide !== byName && !(named.set === null && listedSet !== undefined);
  const attackType =
    bonaFide === null ? named.attackType : bonaFide ? null : (listed?.attackType ?? named.attackType ?? 'unspecified');
  const set = listedSet ?? named.set;
  const finding: Finding | null = disagrees
    ? {
        kind: 'label-disagrees',
        severity: 'warning',
        path,
        message: `${path} is named as ${byName ? 'bona fide' : 'an attack'}, the list calls it ${bonaFide ? 'bona fide' : 'an attack'}; the list stands.`,
      }
    : listedSet !== undefined && named.set !== null && listedSet !== named.set
      ? {
          kind: 'set-disagrees',
          severity: 'warning',
          path,
          message: `${path} lies with the ${named.set} set, the list puts it into ${listedSet}; the list stands.`,
        }
      : null;
  return { file, attackType, set, tags, finding };
}

function itemOf(
  layout: Layout,
  { path, named }: KnownFile,
  { attackType, set, tags }: Pick<Labelled, 'attackType' | 'set' | 'tags'>,
  {
    companions,
    depths,
  }: { readonly companions: ReadonlyMap<string, string>; readonly depths: ReadonlyMap<string, string> },
): ListedItem {
  const faces = layout.facesOf?.(named.canonical) ?? null;
  const prefix = path.slice(0, Math.max(0, path.length - named.canonical.length));
  const there =
    faces?.format === 'hdf5-eyes'
      ? path
      : faces
        ? (companions.get(`${prefix}${faces.path}`.toLowerCase()) ??
          companions.get((layout.facesOf?.(path)?.path ?? path).toLowerCase()))
        : undefined;
  const depth = layout.depthOf?.(path);
  const depthPath = depth && depths.get(depth.path.toLowerCase());
  return {
    path,
    kind: layout.media,
    subject: named.subject,
    session: named.session ?? null,
    device: named.device ?? null,
    videoId: named.videoId ?? (layout.media === 'video' ? named.canonical.replace(/\.[^./]+$/, '') : null),
    frame: named.frame ?? null,
    attackType,
    set,
    box: null,
    tags: { ...tags },
    ...(depth && depthPath !== undefined ? { depth: { ...depth, path: depthPath } } : {}),
    ...(faces && there !== undefined ? { track: { path: there, format: faces.format } } : {}),
  };
}
