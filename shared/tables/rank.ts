import type { PrintedRate, PrintedRow } from '@shared/domain/printed-table';
import type { TableDesign } from '@shared/domain/table-design';
import { measures } from './measures';

/**
 * Marks best and second of every column and measure among complete rows; what prints equal ranks equal. A row alone has no
 * rank.
 */
export function ranked(
  rows: readonly PrintedRow[],
  {
    measures: wanted,
    bold,
    underline,
    rankComparison,
  }: Pick<TableDesign, 'measures' | 'bold' | 'underline' | 'rankComparison'>,
): PrintedRow[] {
  const isRanked = ({ complete: whole, origin }: PrintedRow) =>
    whole && (rankComparison || !(origin === 'published' || origin === 'typed'));
  const complete = rows.filter(isRanked);
  if (complete.length < 2 || !(bold || underline)) return [...rows];
  const markers = (rows[0]?.cells ?? []).map((_, column) =>
    wanted.map((measure, index) => {
      const printed = complete.flatMap(({ cells }) => cells[column]?.rates[index]?.text ?? []);
      const sign = measures[measure].better === 'low' ? 1 : -1;
      const [best, second] = [...new Set(printed)].sort((a, b) => sign * (Number(a) - Number(b)));
      return (rate: PrintedRate | null): PrintedRate | null => {
        if (rate === null) return null;
        const rank = bold && rate.text === best ? 'best' : underline && rate.text === second ? 'second' : null;
        return { ...rate, rank };
      };
    }),
  );
  return rows.map((row) =>
    isRanked(row)
      ? {
          ...row,
          cells: row.cells.map(
            (cell, column) =>
              cell && {
                ...cell,
                rates: cell.rates.map((rate, index) => markers[column]?.[index]?.(rate) ?? null),
              },
          ),
        }
      : row,
  );
}
