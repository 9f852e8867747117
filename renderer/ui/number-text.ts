/** What a person may type for a number: `0.0002`, `2e-4`, `1,000`, `-3`; null when it is not a number. */
export function readNumber(text: string): number | null {
  const plain = text.trim().replaceAll(',', '').replace('−', '-');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}

/** A number without the noise of binary fractions. */
export function writeNumber(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** One step up or down, kept on the step's grid and inside the bounds. */
export function stepNumber(value: number, by: number, min: number, max: number): number {
  const stepped = Number((value + by).toPrecision(12));
  return Math.min(max, Math.max(min, stepped));
}
