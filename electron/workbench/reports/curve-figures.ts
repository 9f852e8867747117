import { datasetList } from '@shared/domain/names';
import type { Evaluation, ReportData } from '@shared/domain/report';
import { type CurveInput, detFigure, epcFigure, rocFigure } from '@shared/figures/error-curves';
import type { XyFigure } from '@shared/figures/figure';
import { attackCount } from './csv';
import { policyStamp, syntheticStatement } from './making';

/** Curves of one train → test pair; no EPC where no system has a dev set. */
export interface CurveFigures {
  readonly source: string;
  readonly target: string;
  readonly det: XyFigure;
  readonly roc: XyFigure;
  readonly epc: XyFigure | null;
}

/** DET, ROC and EPC of every train → test pair of a report; none for what has no curve. */
export function curveFigures(data: ReportData): CurveFigures[] {
  return groupCurves(data).map((group) => ({ source: group.source, target: group.target, ...figuresOf(group, data) }));
}

/** Curves of one train → test pair: one evaluation a system, the lowest seed. */
interface CurveGroup {
  readonly source: string;
  readonly target: string;
  readonly members: readonly { readonly evaluation: Evaluation; readonly curve: ReportData['curves'][number] }[];
  /** Most seeds any system has here. */
  readonly seeds: number;
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

function figuresOf(
  { source, target, members, seeds }: CurveGroup,
  data: ReportData,
): Pick<CurveFigures, 'det' | 'roc' | 'epc'> {
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
  const expected = members.flatMap(({ evaluation, curve: { epc = [] } }) =>
    epc.length === 0 ? [] : [{ label: evaluation.system, floor: evaluation.run === null, hter: epc }],
  );
  return {
    det: detFigure(curves, { subtitle, note }),
    roc: rocFigure(curves, { subtitle, note }),
    epc: expected.length === 0 ? null : epcFigure(expected, { subtitle, note }),
  };
}
