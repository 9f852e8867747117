import { AppError } from '@shared/contract/errors';
import type { Finding } from '@shared/domain/dataset';
import type { ListedItem } from './importer';

const liveWords = /(?:^|[/_.\- ])(live|real|genuine|bona-?_?fide|client)(?:$|[/_.\- ])/i;
const attackWords = /(?:^|[/_.\- ])(spoof|fake|attack|attacks|imposter|impostor|print|replay|mask)(?:$|[/_.\- ])/i;

/** More than this share of the telling names against the labels: the labels are the wrong way round. */
const mostAgainst = 0.5;
const mostNamed = 100;

/** Whether a path says the opposite of its label; null where it says nothing. */
export function pathOpposes({ path, attackType }: Pick<ListedItem, 'path' | 'attackType'>): boolean | null {
  const [live, attack] = [liveWords.test(path), attackWords.test(path)];
  return live === attack ? null : live !== (attackType === null);
}

/**
 * Holds a list's labels against the words in its paths: a file below `live` that is labelled an attack, or below `spoof` that
 * is labelled bona fide.
 * @throws AppError `invalid` when most of the telling names say the opposite of the labels
 */
export function checkPolarity(source: string, items: readonly ListedItem[]): Finding[] {
  const against: ListedItem[] = [];
  let telling = 0;
  for (const item of items) {
    const opposes = pathOpposes(item);
    if (opposes === null) continue;
    telling++;
    if (opposes) against.push(item);
  }
  const example = against[0];
  if (!example) return [];
  if (against.length > mostAgainst * telling)
    throw new AppError(
      'invalid',
      `${source}: the labels look turned round. ${against.length} of ${telling} paths that say what they show disagree, such as ${example.path}, labelled ${example.attackType === null ? 'bona fide' : `an attack (${example.attackType})`}. Turn the labels round, or say which value means bona fide.`,
      { source, against: against.length, telling },
    );
  return against.slice(0, mostNamed).map((item) => ({
    kind: 'polarity',
    severity: 'error',
    path: item.path,
    message: `${item.path} is labelled ${item.attackType === null ? 'bona fide' : `an attack (${item.attackType})`}, but its path says the opposite.`,
  }));
}
