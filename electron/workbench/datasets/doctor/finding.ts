import { createHash } from 'node:crypto';
import type { CheckFinding, CheckKind } from '@shared/domain/check';
import type { Evidence } from '@shared/domain/leak';

/** Items that a finding lists. */
export const mostEvidence = 500;
/** Names in a sentence. */
const named = 3;

/** What a finding says; `key` tells it from others of its kind about the same datasets where no item does. */
export interface FindingDraft extends Omit<CheckFinding, 'id' | 'evidence'> {
  readonly kind: CheckKind;
  readonly evidence?: readonly Evidence[];
  readonly key?: string;
}

/** A finding under an id that depends on what it is about, not on its words. */
export function finding({ evidence = [], key = '', ...draft }: FindingDraft): CheckFinding {
  const about = [draft.kind, draft.datasets, key, draft.items, evidence.map(({ dataset, item }) => [dataset, item])];
  return {
    ...draft,
    id: createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 12),
    evidence: evidence.slice(0, mostEvidence),
  };
}

/** The first few names, and a sign that there are more. */
export function some(names: readonly string[]): string {
  return `${names.slice(0, named).join(', ')}${names.length > named ? ', …' : ''}`;
}

/** `one file`, `3 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
