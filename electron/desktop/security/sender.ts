/** Origin of the application's own page. */
export const bundleOrigin = 'app://bundle';

/** A frame as far as the check looks at it (Electron's `WebFrameMain`). */
export interface SenderFrame {
  readonly parent: unknown;
  readonly url: string;
}

/**
 * Whether a message to main comes from the top frame of our own page. A frame that is gone, an empty address and
 * `about:blank` do not pass.
 * https://www.electronjs.org/docs/latest/tutorial/security#17-validate-the-sender-of-all-ipc-messages
 */
export function isTrustedSender(frame: SenderFrame | null | undefined): boolean {
  return frame !== null && frame !== undefined && frame.parent === null && isOwnPage(frame.url);
}

/** Whether an address is of our own page. */
export function isOwnPage(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url);
    // `origin` of a scheme that the URL standard does not know is "null" in Node, so its parts are compared.
    return `${protocol}//${host}` === bundleOrigin && username === '' && password === '';
  } catch {
    return false;
  }
}
