import { type TableDesign, tableDesign } from '@shared/domain/table-design';

interface Template {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  readonly design: Omit<Parameters<typeof tableDesign>[0], 'id'>;
}

/** Tables to start from. */
export const tableTemplates: readonly Template[] = [
  {
    id: 'methods',
    label: 'Methods × targets, HTER',
    note: 'mean, best bold, second underlined',
    design: { title: 'Methods by target', rows: 'systems', measures: ['hter'], heads: [] },
  },
  {
    id: 'methods-auc',
    label: 'Methods × targets, HTER and AUC',
    note: 'as papers on O, C, I, M print it',
    design: { title: 'Methods by target', rows: 'systems', measures: ['hter', 'auc'], heads: [], spread: 'none' },
  },
  {
    id: 'ablation',
    label: 'Ablation, HTER and ACER',
    note: 'systems over unseen targets',
    design: { title: 'Ablation', rows: 'systems', measures: ['hter', 'acer'] },
  },
  {
    id: 'matrix',
    label: 'Train × test',
    note: 'a row a system and its sources',
    design: { title: 'Train × test', rows: 'sources', measures: ['hter', 'acer'] },
  },
  {
    id: 'iso',
    label: 'ISO/IEC 30107-3 style',
    note: 'APCER, BPCER, BPCER at fixed APCER',
    design: {
      title: 'Error rates in the style of ISO/IEC 30107-3',
      rows: 'systems',
      measures: ['apcer-max', 'bpcer', 'bpcer10', 'bpcer20'],
      mean: false,
      bold: false,
      underline: false,
      spread: 'none',
    },
  },
];

/** A new table from a template, its id free among those that are there. */
export function tableFrom(template: string, taken: readonly TableDesign[]): TableDesign {
  const found = tableTemplates.find(({ id }) => id === template) ?? tableTemplates[0];
  if (!found) throw new Error('there are templates');
  const ids = new Set(taken.map(({ id }) => id));
  let id = found.id;
  for (let number = 2; ids.has(id); number++) id = `${found.id}-${String(number)}`;
  return tableDesign({ ...found.design, id });
}

/** The list with an entry moved by one place; the same list where it cannot move. */
export function moved<T>(list: readonly T[], from: number, by: -1 | 1): T[] {
  const next = [...list];
  const to = from + by;
  const [one, other] = [next[from], next[to]];
  if (one === undefined || other === undefined) return next;
  next[from] = other;
  next[to] = one;
  return next;
}
