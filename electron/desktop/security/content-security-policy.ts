/**
 * The page's content security policy: own files only, styles in the page only with this load's nonce, pictures from the
 * media protocol, clips only from what a person dropped or chose (blobs). https://www.electronjs.org/docs/latest/tutorial/security#7-define-a-content-security-policy
 * @param nonce fresh random text of each load
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' lab-media: blob:`,
    `media-src blob:`,
    `font-src 'self'`,
    `connect-src 'self' lab-media:`,
    `worker-src 'self'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}
