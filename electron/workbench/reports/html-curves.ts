import { datasetList } from '@shared/domain/names';
import type { Evaluation, ReportData } from '@shared/domain/report';
import { detFigure, rocFigure, type CurveInput } from '@shared/figures/error-curves';
import type { Figure } from '@shared/figures/figure';
import { toSvg } from '@shared/figures/svg';
import { escapeXml } from '@shared/figures/svg-elements';
import { darkTheme, lightTheme } from '@shared/figures/theme';
import { attackCount } from './csv';
import { policyStamp, syntheticStatement } from './making';

/** Curves of one train → test pair: one evaluation a system, the lowest seed. */
interface CurveGroup {
  readonly source: string;
  readonly target: string;
  readonly members: readonly { readonly evaluation: Evaluation; readonly curve: ReportData['curves'][number] }[];
  /** Most seeds any system has here. */
  readonly seeds: number;
}

/** DET and ROC of every train → test pair, drawn for light and for dark. Empty when no evaluation has a curve. */
export function curveSections(data: ReportData): string {
  const groups = groupCurves(data);
  if (groups.length === 0) return '';
  return [
    '<section aria-label="Curves">',
    '<h2>Curves <small>DET and ROC on the test set</small></h2>',
    ...groups.map((group, index) => {
      const pair = escapeXml(`${group.source}→${group.target}`);
      const figures = figuresOf(group, data).map(inBothThemes).join('');
      return `<details${index < 2 ? ' open' : ''}><summary>${pair}</summary><div class="figures">${figures}</div></details>`;
    }),
    '</section>',
  ].join('\n');
}

function groupCurves(data: ReportData): CurveGroup[] {
  const groups = new Map<string, { source: string; target: string; evaluations: CurveGroup['members'][number][] }>();
  data.evaluations.forEach((evaluation, index) => {
    const curve = data.curves[index];
    if (!curve || curve.far.length === 0) return;
    const source = datasetList(evaluation.source);
    const key = JSON.stringify([source, evaluation.target]);
    const group = groups.get(key) ?? { source, target: evaluation.target, evaluations: [] };
    group.evaluations.push({ evaluation, curve });
    groups.set(key, group);
  });
  return [...groups.values()].map(({ source, target, evaluations }) => {
    const first = new Map<string, CurveGroup['members'][number]>();
    const counts = new Map<string, number>();
    for (const member of evaluations) {
      const { system, seed } = member.evaluation;
      counts.set(system, (counts.get(system) ?? 0) + 1);
      const held = first.get(system);
      if (!held || (seed ?? 0) < (held.evaluation.seed ?? 0)) first.set(system, member);
    }
    return { source, target, members: [...first.values()], seeds: Math.max(...counts.values()) };
  });
}

function figuresOf({ source, target, members, seeds }: CurveGroup, data: ReportData): Figure[] {
  const curves = members.map(({ evaluation, curve }): CurveInput => {
    const { pooled } = evaluation.test.apcer;
    const { bpcer } = evaluation.test;
    return {
      label: evaluation.system,
      far: curve.far,
      frr: curve.frr,
      floor: evaluation.run === null,
      operatingPoint: pooled === null || bpcer === null ? null : { far: pooled, frr: bpcer },
    };
  });
  const test = members[0]?.evaluation.test;
  const count = test ? test.n.bonaFide + attackCount(test) : 0;
  const subtitle = `${source}→${target}, ${String(count)} samples, ${policyStamp(data)}${seeds > 1 ? ', lowest seed of each' : ''}`;
  const note = data.synthetic ? syntheticStatement : null;
  return [detFigure(curves, { subtitle, note }), rocFigure(curves, { subtitle, note })];
}

function inBothThemes(figure: Figure): string {
  const drawn = { background: false, inline: true, width: 400 } as const;
  return `<figure><div class="in-dark">${toSvg(figure, darkTheme, drawn)}</div><div class="in-light">${toSvg(figure, lightTheme, drawn)}</div></figure>`;
}
