/** Whether keys belong to the element: something is typed there. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Moves the focus to the next panel of the window (F6), to its first control where it has one. */
export function focusNextPanel(direction: 1 | -1): void {
  const panels = [...document.querySelectorAll<HTMLElement>('nav[aria-label="Rooms"], [data-panel]')].filter(
    (panel) => panel.offsetParent !== null,
  );
  if (panels.length === 0) return;
  const here = panels.findIndex((panel) => panel.contains(document.activeElement));
  const next = panels[(here + direction + panels.length) % panels.length];
  const control = next?.querySelector<HTMLElement>('button, a[href], input, [tabindex="0"]');
  (control ?? next)?.focus();
}
