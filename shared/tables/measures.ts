import type { Rates } from '@shared/domain/rates';
import type { TableMeasure } from '@shared/domain/table-design';

interface MeasureFacts {
  /** As it stands in a column head. */
  readonly label: string;
  /** As it stands in a CSV head. */
  readonly field: string;
  /** Id of its definition. */
  readonly metric: string;
  readonly better: 'low' | 'high';
  readonly valueOf: (rates: Rates) => number | null;
  /** 95 % interval of one evaluation, where one is made. */
  readonly intervalOf?: (rates: Rates) => readonly [number, number] | null | undefined;
}

/** Every measure a table can print. All are fractions in [0, 1]. */
export const measures: Readonly<Record<TableMeasure, MeasureFacts>> = {
  hter: {
    label: 'HTER',
    field: 'hter',
    metric: 'hter',
    better: 'low',
    valueOf: ({ hter }) => hter,
    intervalOf: ({ interval }) => interval?.hter,
  },
  acer: {
    label: 'ACER',
    field: 'acer',
    metric: 'acer',
    better: 'low',
    valueOf: ({ acer }) => acer,
    intervalOf: ({ interval }) => interval?.acer,
  },
  auc: { label: 'AUC', field: 'auc', metric: 'auc', better: 'high', valueOf: ({ auc }) => auc },
  'apcer-max': {
    label: 'APCER max',
    field: 'apcer_max',
    metric: 'apcer',
    better: 'low',
    valueOf: ({ apcer }) => apcer.max,
    intervalOf: ({ interval }) => interval?.apcer.max,
  },
  'apcer-pooled': {
    label: 'APCER pooled',
    field: 'apcer_pooled',
    metric: 'apcer-pooled',
    better: 'low',
    valueOf: ({ apcer }) => apcer.pooled,
    intervalOf: ({ interval }) => interval?.apcer.pooled,
  },
  bpcer: {
    label: 'BPCER',
    field: 'bpcer',
    metric: 'bpcer',
    better: 'low',
    valueOf: ({ bpcer }) => bpcer,
    intervalOf: ({ interval }) => interval?.bpcer,
  },
  eer: { label: 'EER', field: 'eer', metric: 'eer', better: 'low', valueOf: ({ eer }) => eer },
  'min-hter': {
    label: 'min-HTER',
    field: 'min_hter',
    metric: 'min-hter',
    better: 'low',
    valueOf: ({ minHter }) => minHter,
  },
  bpcer10: { label: 'BPCER10', field: 'bpcer10', metric: 'bpcer10', better: 'low', valueOf: ({ bpcer10 }) => bpcer10 },
  bpcer20: { label: 'BPCER20', field: 'bpcer20', metric: 'bpcer20', better: 'low', valueOf: ({ bpcer20 }) => bpcer20 },
  bpcer100: {
    label: 'BPCER100',
    field: 'bpcer100',
    metric: 'bpcer100',
    better: 'low',
    valueOf: ({ bpcer100 }) => bpcer100,
  },
  'tpr-at-fpr-10': {
    label: 'TPR@FPR 10 %',
    field: 'tpr_at_fpr_0.1',
    metric: 'tpr-at-fpr-0.1',
    better: 'high',
    valueOf: ({ tprAtFpr }) => tprAtFpr['0.1'],
  },
  'tpr-at-fpr-1': {
    label: 'TPR@FPR 1 %',
    field: 'tpr_at_fpr_0.01',
    metric: 'tpr-at-fpr-0.01',
    better: 'high',
    valueOf: ({ tprAtFpr }) => tprAtFpr['0.01'],
  },
};

/** A fraction as per cent with fixed digits. */
export function percent(rate: number, decimals: number): string {
  return (rate * 100).toFixed(decimals);
}
