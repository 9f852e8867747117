import { AppError } from '@shared/contract/errors';
import {
  type Resolution,
  resolveExperiment,
  type ResolvedExperiment,
  type SettingProblem,
} from '@shared/domain/settings';
import {
  Document as YamlDocument,
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';

/** A problem with the line it stands in, counted from 1; null when it is about the file as a whole. */
export interface LocatedProblem extends SettingProblem {
  readonly line: number | null;
  /** What stands at an unknown setting. */
  readonly held?: unknown;
}

export type ReadExperiment =
  | { readonly ok: true; readonly experiment: ResolvedExperiment }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] };

/**
 * Reads an experiment from YAML text. Everything that is wrong is reported, each with its line and field: bad YAML (tabs,
 * doubled keys), unknown settings, wrong types, numbers that are none (`.nan`, `1e999`), values out of range.
 */
export function readExperimentText(text: string): ReadExperiment {
  const { document, lines, problems } = parseYaml(text);
  if (problems.length > 0) return { ok: false, problems };
  const resolution = resolveExperiment(document.toJS({ maxAliasCount: 100 }) ?? {});
  return located(resolution, document, lines);
}

/** The values of YAML text, before any judgement. @throws AppError `invalid` naming the line, when it is no YAML mapping */
export function readRaw(text: string, place: string): Record<string, unknown> {
  const { document, problems } = parseYaml(text);
  const first = problems[0];
  if (first) throw new AppError('invalid', describeProblem(place, first), { line: first.line });
  const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  if (!isRecord(value)) throw new AppError('invalid', `${place}: an experiment is a mapping of settings.`);
  return value;
}

/** One line of `relief config check`: `file:12: stage1.epochs: …`. */
export function describeProblem(place: string, { line, path, message }: LocatedProblem): string {
  return `${place}${line === null ? '' : `:${line}`}: ${path === '' ? '' : `${path}: `}${message}`;
}

/**
 * Sets one field in YAML text (undefined removes it), keeping comments, order and everything else.
 * @throws AppError `invalid` when the text is no YAML mapping, or the path no field's
 */
export function editExperimentText(text: string, path: string, value: unknown): string {
  const keys = path.split('.');
  if (keys.length > 2 || keys.some((key) => !/^[A-Za-z0-9]+$/.test(key)))
    throw new AppError('invalid', `"${path}" is no setting; write section.setting.`, { path });
  const { document, problems } = parseYaml(text);
  const first = problems[0];
  if (first) throw new AppError('invalid', describeProblem('experiment', first), { line: first.line });
  if (document.contents !== null && !isMap(document.contents))
    throw new AppError('invalid', 'An experiment is a mapping of settings.');
  if (value !== undefined) {
    const spliced = spliceValue(text, document.getIn(keys, true), value);
    if (spliced !== undefined) return spliced;
  }
  if (value === undefined) removeField(document, keys);
  else setField(document, keys, value);
  return document.toString(layout);
}

/** Sets keys of the head in YAML text, comments kept; undefined takes one out. */
export function editHeadText(text: string, keys: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(keys).reduce((changed, [key, value]) => editExperimentText(changed, key, value), text);
}

const layout = { lineWidth: 0, flowCollectionPadding: false } as const;

/** Puts a value in the place of one that stands on a line, touching no other character; undefined when that cannot be done. */
function spliceValue(text: string, present: unknown, value: unknown): string | undefined {
  const isOnOneLine = isScalar(present) || (isSeq(present) && present.flow === true);
  const range = isOnOneLine ? present.range : undefined;
  if (!range) return undefined;
  const document = new YamlDocument(value);
  if (isSeq(document.contents)) document.contents.flow = true;
  const written = document.toString(layout).trim();
  if (written.includes('\n')) return undefined;
  // An empty value (`epochs:`) has no blank before it yet.
  const gap = range[0] === range[1] && text[range[0] - 1] === ':' ? ' ' : '';
  return text.slice(0, range[0]) + gap + written + text.slice(range[1]);
}

function setField(document: Document.Parsed, keys: readonly string[], value: unknown): void {
  const section = keys.length === 2 ? document.get(keys[0], true) : undefined;
  // `stage1:` with nothing below reads as null; a mapping takes its place.
  if (keys.length === 2 && !isMap(section)) document.set(keys[0], document.createNode({}));
  document.setIn(keys, flowList(document, value));
}

/** Lists of names stand on one line, as people write them. */
function flowList(document: Document.Parsed, value: unknown): unknown {
  return Array.isArray(value) ? document.createNode(value, { flow: true }) : value;
}

function removeField(document: Document.Parsed, keys: readonly string[]): void {
  document.deleteIn(keys);
  const section = keys.length === 2 ? document.get(keys[0], true) : undefined;
  if (isMap(section) && section.items.length === 0) document.delete(keys[0]);
}

function parseYaml(text: string) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = document.errors.map((error): LocatedProblem => ({
    path: '',
    message: firstLine(error.message),
    line: lines.linePos(error.pos[0]).line,
  }));
  return { document, lines, problems };
}

function located(resolution: Resolution, document: Document.Parsed, lines: LineCounter): ReadExperiment {
  if (resolution.ok) return resolution;
  return {
    ok: false,
    problems: resolution.problems.map((problem) => ({
      ...problem,
      line: lineOf(document, lines, problem.path),
      ...(problem.meant === undefined ? {} : { held: document.getIn(problem.path.split('.')) }),
    })),
  };
}

/** Line of the deepest part of a path that the text holds: its key where there is one. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: string): number | null {
  let node: unknown = document.contents;
  let line: number | null = null;
  for (const key of path === '' ? [] : path.split('.')) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => (isScalar(item.key) ? String(item.key.value) : '') === key);
    if (!pair) break;
    line = startOf(pair.key, lines) ?? line;
    node = pair.value;
  }
  return line;
}

function startOf(node: unknown, lines: LineCounter): number | undefined {
  const range = isNodeWithRange(node) ? node.range : undefined;
  return range ? lines.linePos(range[0]).line : undefined;
}

function isNodeWithRange(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
