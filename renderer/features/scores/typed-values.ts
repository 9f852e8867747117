import { paperRow } from '@shared/domain/published-tables';
import type { TypedRow } from '@shared/domain/report';

/** Per cent text as a fraction; null for nothing typed, undefined for what is no per cent. */
export function perCentOf(text: string): number | null | undefined {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return null;
  if (!/^\d{1,3}(\.\d{1,6})?$/.test(trimmed)) return undefined;
  // By exponent, which gives the double nearest to the decimal.
  const fraction = Number(`${trimmed}e-2`);
  return fraction <= 1 ? fraction : undefined;
}

/** A fraction as the per cent text that was typed. */
export function textOf(fraction: number | null): string {
  return fraction === null ? '' : String(Number((fraction * 100).toFixed(6)));
}

/** The paper's row with the HTERs that were typed, other numbers kept; null while nothing is known of it. */
export function typedRowOf(texts: Readonly<Record<string, string>>, before: TypedRow | undefined): TypedRow | null {
  const targets = [...new Set([...Object.keys(texts), ...(before?.cells ?? []).map(({ target }) => target)])];
  const cells = targets.flatMap((target) => {
    const known = before?.cells.find((cell) => cell.target === target);
    const hter = perCentOf(texts[target] ?? '') ?? null;
    const cell = { target, hter, acer: known?.acer ?? null, auc: known?.auc ?? null };
    return cell.hter === null && cell.acer === null && cell.auc === null ? [] : [cell];
  });
  if (cells.length === 0 && !before) return null;
  return { ...(before ?? { ...paperRow }), cells };
}
