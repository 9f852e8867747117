import { randomBytes } from 'node:crypto';
import type { Session } from 'electron';
import { contentSecurityPolicy } from '../security/content-security-policy';
import { readBundleFile } from './bundle-file';

/** Stands in the built page where a nonce belongs; the same text as in the page's build configuration. */
export const noncePlaceholder = '__RELIEF_NONCE__';

/**
 * Serves the built page under `app://bundle/`, GET only, each load of the page with a nonce and a policy of its own.
 * https://www.electronjs.org/docs/latest/tutorial/security#18-avoid-usage-of-the-file-protocol-and-prefer-usage-of-custom-protocols
 */
export function serveBundle(session: Session, folder: string): void {
  session.protocol.handle('app', async (request) => {
    if (request.method !== 'GET') return new Response(null, { status: 405 });
    const file = await readBundleFile(folder, request.url);
    if (file.status !== 200) return new Response(null, { status: file.status });
    const nonce = randomBytes(18).toString('base64');
    const isPage = file.type.startsWith('text/html');
    const body = isPage
      ? new TextDecoder().decode(file.bytes).replaceAll(noncePlaceholder, nonce)
      : Uint8Array.from(file.bytes);
    return new Response(body, {
      headers: {
        'Content-Type': file.type,
        'Content-Security-Policy': contentSecurityPolicy(nonce),
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cache-Control': 'no-store',
      },
    });
  });
}
