import type { Session } from 'electron';
import { AppError, type ErrorCode } from '@shared/contract/errors';
import type { WorkbenchClient } from '../workbench-host';
import { bundleOrigin } from '../security/sender';
import { parseMediaAddress } from './media-request';

/**
 * Serves pictures of the open project under `lab-media://`, by ids; the workbench finds and decodes them.
 * @param client the workbench as main reaches it, once it is up; null when it will not come up
 */
export function serveMedia(session: Session, client: () => Promise<WorkbenchClient | null>): void {
  session.protocol.handle('lab-media', async (request) => {
    if (request.method !== 'GET') return new Response(null, { status: 405 });
    const wanted = parseMediaAddress(request.url);
    if (!wanted) return new Response(null, { status: 400 });
    const workbench = await client();
    if (!workbench) return new Response(null, { status: 503 });
    try {
      const { type, bytes } = await workbench['media.read'](wanted, request.signal);
      return new Response(Uint8Array.from(bytes), {
        headers: {
          'Content-Type': type,
          'X-Content-Type-Options': 'nosniff',
          'Cache-Control': 'no-store',
          'Access-Control-Allow-Origin': bundleOrigin,
        },
      });
    } catch (error) {
      return new Response(null, { status: error instanceof AppError ? statusOf(error.code) : 500 });
    }
  });
}

function statusOf(code: ErrorCode): number {
  switch (code) {
    case 'bad-request':
    case 'invalid':
      return 400;
    case 'permission':
      return 403;
    case 'not-found':
      return 404;
    case 'unsupported':
      return 415;
    case 'disconnected':
    case 'cancelled':
      return 503;
    default:
      return 500;
  }
}
