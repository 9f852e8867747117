import type { Session } from 'electron';

/**
 * No page may use the camera, notifications, the clipboard's contents or any other permission; writing to the clipboard
 * after a click is all that "Copy" needs.
 * https://www.electronjs.org/docs/latest/tutorial/security#5-handle-session-permission-requests-from-remote-content
 */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    answer(isHarmless(permission));
  });
  session.setPermissionCheckHandler((_contents, permission) => isHarmless(permission));
  session.setDevicePermissionHandler(() => false);
}

function isHarmless(permission: string): boolean {
  return permission === 'clipboard-sanitized-write';
}
