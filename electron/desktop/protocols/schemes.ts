import { protocol } from 'electron';

/** Declares the application's own protocols. Electron allows one call only, before it is ready. */
export function registerSchemes(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    { scheme: 'lab-media', privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } },
  ]);
}
