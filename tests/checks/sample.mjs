// `npm run check:sample`: makes every cell of the sample study's report again from its score files, by second code, and
// checks that the matrix is whole. `node tests/checks/sample.mjs PROJECT [REPORT.json]` checks another project.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recompute } from './recompute.mjs';

const root = resolve(fileURLToPath(import.meta.url), '..', '..', '..');
const [projectArgument, reportArgument] = process.argv.slice(2);
const isSample = projectArgument === undefined;
const project = resolve(projectArgument ?? join(root, '.cache', 'sample-study'));

process.exitCode = main();

function main() {
  if (!existsSync(project)) {
    console.error(`${project} is missing: run "npm start" without a display first; it leaves the sample study there.`);
    return 2;
  }
  const reports = reportArgument === undefined ? findReports(project) : [resolve(reportArgument)];
  if (reports.length === 0) {
    console.error(`${project} holds no report written as JSON; the sample study has not come to its end.`);
    return 2;
  }
  let code = 0;
  for (const path of reports) {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    const { cells, values, files, differences } = recompute(report, project);
    const problems = [...differences, ...(isSample ? missingCells(report) : [])];
    console.log(
      `${relative(process.cwd(), path)}: ${report.making.policy}, ${report.making.level}, ${report.making.epoch}`,
    );
    for (const problem of problems) console.log(`  ${problem}`);
    console.log(
      `  ${String(cells)} cells, ${String(values)} values from ${String(files)} score files: ` +
        (problems.length === 0 ? 'all equal to 1e-9' : `${String(problems.length)} differ`),
    );
    if (problems.length > 0 || cells === 0) code = 1;
  }
  return code;
}

/** The sample study promises two sources and four targets, HTER and ACER in every cell. */
function missingCells(report) {
  const problems = [];
  const rows = report.matrix.filter((row) => !row.floor);
  const sources = new Set(rows.map((row) => row.source.join('+')));
  if (sources.size < 2) problems.push(`the matrix has ${String(sources.size)} sources, not two`);
  for (const row of rows) {
    const whole = row.cells.filter((cell) => cell.hter !== null && cell.acer !== null);
    if (whole.length < 4)
      problems.push(
        `${row.system}, ${row.source.join('+')}: HTER and ACER for ${String(whole.length)} targets, not four`,
      );
  }
  return problems;
}

/** Every JSON file below the project's `reports` folder that holds numbers, not just a definition. */
function findReports(folder) {
  const start = join(folder, 'reports');
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(start, name))
    .filter((path) => Array.isArray(JSON.parse(readFileSync(path, 'utf8')).matrix));
}
