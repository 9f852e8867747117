import { vi } from 'vitest';

/** Selectors of elements that have a role without saying so. */
const implicit: Record<string, string> = {
  button: 'button',
  link: 'a[href]',
  heading: 'h1, h2, h3, h4',
  textbox: 'input:not([type]), input[type="text"], textarea',
  searchbox: 'input[type="search"]',
  table: 'table',
  row: 'tr',
  navigation: 'nav',
  main: 'main',
  img: 'img[alt]:not([alt=""])',
  listitem: 'li',
};

/** The accessible name, as far as the page's own habits need it. */
function nameOf(element: Element): string {
  const label = element.getAttribute('aria-label');
  if (label !== null) return label;
  const labelled = element.getAttribute('aria-labelledby');
  if (labelled !== null) return document.getElementById(labelled)?.textContent.trim() ?? '';
  const own = element.closest('label')?.textContent.trim();
  if (own !== undefined && own !== '' && !element.textContent.trim()) return own;
  const id = element.getAttribute('id');
  const outside = id === null ? null : document.querySelector(`label[for="${id}"]`);
  return (outside ?? element).textContent.replace(/\s+/g, ' ').trim();
}

/** Every element with the role and, where given, a matching name. Hidden ones are left out. */
export function allByRole(role: string, name?: string | RegExp): HTMLElement[] {
  const selector = [`[role="${role}"]`, implicit[role]].filter(Boolean).join(', ');
  return [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => {
    if (element.closest('[hidden]')) return false;
    const explicit = element.getAttribute('role');
    if (explicit !== null && explicit !== role) return false;
    if (name === undefined) return true;
    const actual = nameOf(element);
    return typeof name === 'string' ? actual === name : name.test(actual);
  });
}

/** Waits for the one element with that role and name. */
export async function findByRole(role: string, name?: string | RegExp): Promise<HTMLElement> {
  return vi.waitFor(
    () => {
      const [found] = allByRole(role, name);
      if (!found) throw new Error(`no ${role} named ${String(name)} in: ${document.body.textContent.slice(0, 1500)}`);
      return found;
    },
    { timeout: 3000, interval: 20 },
  );
}

/** Waits until the page shows the text. */
export async function findText(text: string | RegExp): Promise<void> {
  await vi.waitFor(
    () => {
      const shown = document.body.textContent.replace(/\s+/g, ' ');
      if (!(typeof text === 'string' ? shown.includes(text) : text.test(shown)))
        throw new Error(`${String(text)} is not shown in: ${shown.slice(0, 1500)}`);
    },
    { timeout: 3000, interval: 20 },
  );
}

/** Types into a field and takes the value, as a person leaving it does. */
export function fill(element: HTMLElement, text: string): void {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement))
    throw new Error('only inputs and text areas can be filled');
  element.value = text;
  element.dispatchEvent(new Event('input', { bubbles: true }));
  element.dispatchEvent(new Event('change', { bubbles: true }));
}

export function press(element: Element | Document, key: string, init: KeyboardEventInit = {}): void {
  element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }));
}
