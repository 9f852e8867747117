import type { CheckFinding } from '@shared/domain/check';
import { holdsRun, type Leak, leakWords } from '@shared/domain/leak';
import { finding } from './finding';

const advice: Readonly<Record<Leak['kind'], string>> = {
  subject: 'Divide the sets by subject (a protocol can), or exclude the subjects from one of them.',
  session: 'Keep all recordings of a session in one set, or exclude them from one.',
  video: 'Keep all frames of a clip in one set.',
  copy: 'Exclude the copies from one of the sets.',
  'near-duplicate': 'Look at them side by side; exclude one of each pair if they are the same picture.',
};
const refused =
  ' A run that trains on the one and is judged by the other is refused until that is waived with a reason.';

/** Leaks as findings of a check: errors where a run would be held by them. */
export function leakFindings(leaks: readonly Leak[]): CheckFinding[] {
  return leaks.map((leak) =>
    finding({
      kind: `leak-${leak.kind}`,
      severity: holdsRun(leak) ? 'error' : 'warning',
      datasets: [...new Set([leak.first.dataset, leak.second.dataset])],
      key: `${leak.first.set} ${leak.second.set} ${leak.shared}`,
      message: leakWords(leak),
      advice: `${advice[leak.kind]}${holdsRun(leak) ? refused : ''}`,
      items: leak.first.items + leak.second.items,
      evidence: leak.evidence,
    }),
  );
}
