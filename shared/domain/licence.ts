import type { Dataset, Licence } from './dataset';
import { unknownLicence } from './dataset';

export const licenceUseWords: Readonly<Record<Licence['use'], string>> = {
  unknown: 'not noted',
  free: 'free',
  research: 'research only',
  'no-publication': 'no publication',
};

export const consentWords: Readonly<Record<Licence['consent'], string>> = {
  unknown: 'not noted',
  given: 'given',
  'not-given': 'not given',
};

/** Whether pictures of a dataset's people may leave the project, and what has to be said with them. */
export type FaceRule =
  { readonly mayLeave: true; readonly note: string | null } | { readonly mayLeave: false; readonly why: string };

/**
 * Recognisable faces leave only where neither the licence nor the people forbid it; what nobody has looked up is said beside
 * them. Drawn faces are nobody's.
 */
export function faceRule({
  id,
  synthetic,
  licence = unknownLicence,
}: Pick<Dataset, 'id' | 'synthetic' | 'licence'>): FaceRule {
  if (synthetic) return { mayLeave: true, note: null };
  const { name, use, consent } = licence;
  if (use === 'no-publication') return { mayLeave: false, why: `the licence of ${id} allows no publication of faces` };
  if (consent === 'not-given') return { mayLeave: false, why: `the people in ${id} have not consented` };
  if (use === 'unknown') return { mayLeave: true, note: `Licence of ${id} not noted.` };
  const terms = use === 'research' ? ' (research only)' : '';
  return { mayLeave: true, note: `${id}: ${name === '' ? 'licence' : name}${terms}.` };
}
