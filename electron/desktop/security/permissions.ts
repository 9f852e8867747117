import { BrowserWindow, dialog, type Session, type WebContents } from 'electron';
import { isOwnPage } from './sender';

/**
 * No page may use notifications, the clipboard's contents or any other permission; writing to the clipboard after a click is
 * all that "Copy" needs. The camera alone is asked for, each time Relief runs: the depth room looks through it.
 * https://www.electronjs.org/docs/latest/tutorial/security#5-handle-session-permission-requests-from-remote-content
 */
export function denyPermissions(session: Session): void {
  let cameraAllowed = false;
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    const mediaTypes = 'mediaTypes' in details ? details.mediaTypes : undefined;
    if (permission === 'media' && isCameraAlone(mediaTypes) && isOwnPage(details.requestingUrl)) {
      if (cameraAllowed) {
        answer(true);
        return;
      }
      void askForCamera(contents).then((allowed) => {
        cameraAllowed = allowed;
        answer(allowed);
      });
    } else answer(isHarmless(permission));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin, { mediaType }) =>
      isHarmless(permission) || (permission === 'media' && mediaType === 'video' && cameraAllowed && isOwnPage(origin)),
  );
  session.setDevicePermissionHandler(() => false);
}

function isCameraAlone(mediaTypes: readonly string[] | undefined): boolean {
  return mediaTypes?.length === 1 && mediaTypes[0] === 'video';
}

async function askForCamera(contents: WebContents): Promise<boolean> {
  const options = {
    type: 'question' as const,
    message: 'Let Relief use the camera?',
    detail:
      'Its pictures go through the chosen network on this machine. Nothing is stored or sent. Asked once until Relief is closed.',
    buttons: ['Use the camera', 'Not now'],
    defaultId: 0,
    cancelId: 1,
  };
  const window = BrowserWindow.fromWebContents(contents);
  const { response } = window ? await dialog.showMessageBox(window, options) : await dialog.showMessageBox(options);
  return response === 0;
}

function isHarmless(permission: string): boolean {
  return permission === 'clipboard-sanitized-write';
}
