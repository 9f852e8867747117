// Second code for a report's numbers: reads the score files of a project and makes every cell of the report's tables
// again, from the definitions alone. It shares nothing with the code that made the report, and compares to 1e-9.
//
// Definitions. A sample is accepted when its score is at or above the threshold. APCER of an attack type: share of its
// samples accepted; APCER: the highest of them. BPCER: share of bona fide samples rejected. ACER = (APCER + BPCER) / 2.
// FAR: share of all attacks accepted. With a share f of samples without a score, FAR' = FAR (1 - f) and
// FRR' = f + BPCER (1 - f); HTER = (FAR' + FRR') / 2. AUC = P(bona fide above attack) + P(equal) / 2.
// Threshold of bob's EER rule: of the midpoints between neighbouring scores (and the lowest score), where |FAR - FRR| is
// least; of several, the highest.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const tolerance = 1e-9;

/**
 * @typedef {{ attackType: string, video: string, score: number }} Sample a NaN score is a sample without a face
 * @typedef {{ hter: number | null, acer: number | null, auc: number | null, bonaFide: number, attacks: number }} Measured
 */

/**
 * Makes every cell of a report's matrix and ablation again.
 * @param {any} report the report's JSON
 * @param {string} projectFolder where the paths of its score files start
 * @returns {{ cells: number, values: number, files: number, differences: string[] }} `differences` names each cell, or
 *   score file, that is not as the report says
 */
export function recompute(report, projectFolder) {
  const files = new ScoreFiles(projectFolder);
  const tally = { cells: 0, values: 0, differences: [] };
  const across = new Map(); // system → target → measured runs that were not trained on the target
  for (const row of report.matrix)
    for (const cell of row.cells)
      checkCell(tally, `${row.system}, ${row.source.join('+')} → ${cell.target}`, () => {
        const making = row.floor ? { ...report.making, score: 'classifier' } : report.making;
        const measured = runsOfCell(report, row, cell, projectFolder).map((run) => measureRun(run, making, files));
        if (!row.source.includes(cell.target)) remember(across, row.system, cell.target, measured);
        return compareCell(cell, measured);
      });
  for (const row of report.ablation) checkAblation(tally, row, across.get(row.system) ?? new Map());
  for (const { path, sha256 } of report.evaluations.flatMap((evaluation) => evaluation.files)) {
    const found = files.hash(path);
    if (found !== sha256)
      tally.differences.push(`${path}: the report was made from other bytes (${sha256.slice(0, 12)}…)`);
  }
  return { ...tally, files: files.count, differences: [...new Set(tally.differences)] };
}

/** Adds what one cell gave to the tally, under its name. */
function checkCell(tally, name, check) {
  tally.cells += 1;
  try {
    const { values, differences } = check();
    tally.values += values;
    tally.differences.push(...differences.map((difference) => `${name}: ${difference}`));
  } catch (error) {
    tally.differences.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function remember(across, system, target, measured) {
  const targets = across.get(system) ?? new Map();
  across.set(system, targets);
  targets.set(target, [...(targets.get(target) ?? []), ...measured]);
}

/** A row of the ablation: per target over all runs not trained on it, and the mean of the targets' means. */
function checkAblation(tally, row, measuredByTarget) {
  const means = { hter: [], acer: [] };
  for (const cell of row.cells)
    checkCell(tally, `ablation, ${row.system} → ${cell.target}`, () => {
      const measured = measuredByTarget.get(cell.target) ?? [];
      for (const rate of rates) means[rate].push(spread(measured.map((one) => one[rate])).mean);
      return compareRates(cell, measured, rates);
    });
  checkCell(tally, `ablation, ${row.system}, mean`, () => {
    const differences = [];
    for (const [rate, said] of [
      ['hter', row.meanHter],
      ['acer', row.meanAcer],
    ]) {
      const found = means[rate].includes(null) ? null : spread(means[rate]).mean;
      if (!isClose(said?.mean ?? null, found)) differences.push(differs(`${rate} mean`, said?.mean ?? null, found));
    }
    return { values: rates.length, differences };
  });
}

const rates = ['hter', 'acer'];

/**
 * Where the scores of each run behind a cell lie. For a training run that follows from its job folder; a floor has no
 * job, so its evaluations say where theirs are.
 */
function runsOfCell(report, row, cell, projectFolder) {
  const { epoch } = report.making;
  if (!row.floor)
    return cell.runs.map((id) => {
      const job = JSON.parse(readFileSync(join(projectFolder, 'jobs', id, 'job.json'), 'utf8'));
      if (!sameNames(job.sources, row.source))
        throw new Error(`${id} was trained on ${job.sources.join('+')}, not on ${row.source.join('+')}`);
      const file = (dataset, set) => `jobs/${id}/scores/${epoch}/${dataset}.${set}.csv`;
      return {
        sourceDev: job.sources.map((source) => file(source, 'dev')),
        targetDev: [file(cell.target, 'dev')],
        test: file(cell.target, 'test'),
      };
    });
  return report.evaluations
    .filter((one) => one.system === row.system && one.target === cell.target && sameNames(one.source, row.source))
    .map((one) => {
      const paths = (dataset, set) =>
        one.files.filter((file) => file.dataset === dataset && file.set === set).map(({ path }) => path);
      const [test] = paths(cell.target, 'test');
      if (test === undefined) throw new Error('the report names no test scores');
      return {
        sourceDev: row.source.flatMap((source) => paths(source, 'dev')),
        targetDev: paths(cell.target, 'dev'),
        test,
      };
    });
}

/** @returns {Measured} */
function measureRun(run, making, files) {
  const read = (path) => atLevel(files.samples(path, making.score), making.level);
  const test = read(run.test);
  const threshold = thresholdOf(making.policy, {
    'source-dev': () => run.sourceDev.flatMap(read),
    'target-dev': () => run.targetDev.flatMap(read),
    oracle: () => test,
  });
  return measure(test, threshold);
}

/** Compares one cell: the samples of each run, and its rates. */
function compareCell(cell, measured) {
  const differences = [];
  const [first] = measured;
  for (const [what, said, found] of [
    ['bona fide samples', cell.bonaFide, first?.bonaFide ?? 0],
    ['attack samples', cell.attacks, first?.attacks ?? 0],
  ])
    if (said !== found) differences.push(differs(what, said, found));
  const compared = compareRates(cell, measured, [...rates, 'auc']);
  return { values: compared.values + 2, differences: [...differences, ...compared.differences] };
}

/** Compares mean, sample standard deviation and n of rates over runs. */
function compareRates(cell, measured, names) {
  const differences = [];
  for (const rate of names) {
    const found = spread(measured.map((one) => one[rate]));
    const said = cell[rate] ?? { mean: null, sd: null, n: 0 };
    for (const part of ['mean', 'sd', 'n'])
      if (!isClose(said[part], found[part])) differences.push(differs(`${rate} ${part}`, said[part], found[part]));
  }
  return { values: 3 * names.length, differences };
}

function differs(what, said, found) {
  return `${what} is ${String(said)}, from the scores ${String(found)}`;
}

function isClose(said, found) {
  if (said === null || found === null) return said === found;
  return Math.abs(said - found) <= tolerance;
}

/** Mean and sample standard deviation (n - 1) over the runs that have the rate. */
export function spread(rates) {
  const present = rates.filter((rate) => rate !== null);
  const n = present.length;
  if (n === 0) return { mean: null, sd: null, n };
  const mean = present.reduce((sum, rate) => sum + rate, 0) / n;
  if (n === 1) return { mean, sd: null, n };
  const variance = present.map((rate) => (rate - mean) ** 2).reduce((sum, square) => sum + square, 0) / (n - 1);
  return { mean, sd: Math.sqrt(variance), n };
}

/**
 * @param {string} policy `source-dev-eer`, `target-dev-eer`, `oracle-eer`, the same with `min-hter`, or `fixed:X`
 * @param {Record<string, () => Sample[]>} sets
 */
function thresholdOf(policy, sets) {
  if (policy.startsWith('fixed:')) return Number(policy.slice('fixed:'.length));
  const [, set = '', rule = ''] = /^(source-dev|target-dev|oracle)-(eer|min-hter)$/.exec(policy) ?? [];
  const samples = sets[set];
  if (!samples) throw new Error(`this check does not know the policy ${policy}`);
  return rule === 'eer' ? eerThreshold(samples()) : minHterThreshold(samples());
}

/** @param {Sample[]} samples */
export function eerThreshold(samples) {
  return bestThreshold(samples, (attacksAccepted, attacks, rejected, bonaFide) =>
    Math.abs(attacksAccepted * bonaFide - rejected * attacks),
  );
}

/** @param {Sample[]} samples */
export function minHterThreshold(samples) {
  return bestThreshold(
    samples,
    (attacksAccepted, attacks, rejected, bonaFide) => attacksAccepted * bonaFide + rejected * attacks,
  );
}

/** The highest candidate of least cost; costs are whole numbers, so equal is equal. Null when a class is missing. */
function bestThreshold(samples, cost) {
  const bonaFide = scoresOf(samples, (sample) => sample.attackType === '');
  const attacks = scoresOf(samples, (sample) => sample.attackType !== '');
  if (bonaFide.length === 0 || attacks.length === 0) return null;
  const distinct = [...new Set([...bonaFide, ...attacks])].sort((a, b) => a - b);
  const candidates = distinct.map((score, index) => (index === 0 ? score : (distinct[index - 1] + score) / 2));
  let best = null;
  let least = Infinity;
  for (const candidate of candidates) {
    const accepted = attacks.filter((score) => score >= candidate).length;
    const rejected = bonaFide.filter((score) => score < candidate).length;
    const present = cost(accepted, attacks.length, rejected, bonaFide.length);
    if (present <= least) {
      least = present;
      best = candidate;
    }
  }
  return best;
}

/**
 * @param {Sample[]} samples
 * @param {number | null} threshold
 * @returns {Measured}
 */
export function measure(samples, threshold) {
  const bonaFide = scoresOf(samples, (sample) => sample.attackType === '');
  const attacks = scoresOf(samples, (sample) => sample.attackType !== '');
  const counts = { bonaFide: bonaFide.length, attacks: attacks.length };
  if (threshold === null || bonaFide.length === 0 || attacks.length === 0)
    return { hter: null, acer: null, auc: areaUnderRoc(bonaFide, attacks), ...counts };
  const accepted = (scores) => scores.filter((score) => score >= threshold).length / scores.length;
  const types = [...new Set(samples.map((sample) => sample.attackType))].filter((type) => type !== '');
  const perType = types
    .map((type) => scoresOf(samples, (sample) => sample.attackType === type))
    .filter((scores) => scores.length > 0)
    .map(accepted);
  const apcer = Math.max(...perType);
  const bpcer = 1 - accepted(bonaFide);
  const without = samples.filter((sample) => Number.isNaN(sample.score)).length / samples.length;
  const far = accepted(attacks) * (1 - without);
  const frr = without + bpcer * (1 - without);
  return { hter: (far + frr) / 2, acer: (apcer + bpcer) / 2, auc: areaUnderRoc(bonaFide, attacks), ...counts };
}

/** By its definition: every pair of a bona fide sample and an attack. */
function areaUnderRoc(bonaFide, attacks) {
  if (bonaFide.length === 0 || attacks.length === 0) return null;
  let halves = 0;
  for (const genuine of bonaFide)
    for (const attack of attacks) halves += genuine > attack ? 2 : genuine === attack ? 1 : 0;
  return halves / (2 * bonaFide.length * attacks.length);
}

function scoresOf(samples, isWanted) {
  return samples.filter((sample) => isWanted(sample) && !Number.isNaN(sample.score)).map(({ score }) => score);
}

/**
 * Frames as they are, or one score a clip.
 * @param {Sample[]} samples
 * @param {string} level
 * @returns {Sample[]}
 */
export function atLevel(samples, level) {
  if (level === 'frame') return samples;
  const rule = level.replace('video:', '');
  const clips = new Map();
  for (const sample of samples) {
    const key = JSON.stringify([sample.attackType, sample.video]);
    clips.set(key, [...(clips.get(key) ?? []), sample]);
  }
  return [...clips.values()].map((frames) => {
    const scores = frames.map(({ score }) => score).filter((score) => !Number.isNaN(score));
    return { ...frames[0], score: scores.length === 0 ? NaN : combine(scores, rule) };
  });
}

function combine(scores, rule) {
  const sorted = [...scores].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  switch (rule) {
    case 'mean':
      return scores.reduce((sum, score) => sum + score, 0) / scores.length;
    case 'median':
      return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
    case 'max':
      return sorted[sorted.length - 1];
    case 'min':
      return sorted[0];
    default:
      throw new Error(`this check does not know the level video:${rule}`);
  }
}

/** Score files of a project, each read once. */
class ScoreFiles {
  constructor(folder) {
    this.folder = folder;
    this.texts = new Map();
  }

  get count() {
    return this.texts.size;
  }

  text(path) {
    const held = this.texts.get(path);
    if (held !== undefined) return held;
    const absolute = join(this.folder, path);
    if (!existsSync(absolute)) throw new Error(`${path} is missing`);
    const text = readFileSync(absolute, 'utf8');
    this.texts.set(path, text);
    return text;
  }

  hash(path) {
    if (!existsSync(join(this.folder, path))) return null;
    return createHash('sha256').update(this.text(path)).digest('hex');
  }

  /** @returns {Sample[]} */
  samples(path, kind) {
    return parseScores(this.text(path), path, kind === 'depth' ? 'depth_score' : 'score');
  }
}

/**
 * @param {string} text a score file
 * @param {string} path for messages
 * @param {string} column which column holds the scores
 * @returns {Sample[]}
 */
export function parseScores(text, path = 'scores', column = 'score') {
  const [header = [], ...lines] = parseCsv(text);
  const place = (name) => {
    const index = header.indexOf(name);
    if (index < 0) throw new Error(`${path} has no column ${name}`);
    return index;
  };
  const [attackType, score, video, filename] = ['attack_type', column, 'video_id', 'filename'].map(place);
  return lines.map((cells, index) => {
    const value = cells[score] === '' ? NaN : Number(cells[score]);
    if (Number.isNaN(value) && cells[score] !== '')
      throw new Error(`${path}:${String(index + 2)}: "${cells[score]}" is no score`);
    return { attackType: cells[attackType], video: cells[video] || cells[filename], score: value };
  });
}

/** Comma-separated values with quoted cells (RFC 4180). */
function parseCsv(text) {
  const lines = [];
  let cells = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',' || character === '\n') {
      cells.push(cell);
      cell = '';
      if (character === '\n') {
        lines.push(cells);
        cells = [];
      }
    } else if (character !== '\r') cell += character;
  }
  if (cell !== '' || cells.length > 0) lines.push([...cells, cell]);
  return lines;
}

function sameNames(one, other) {
  return JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
}
