import { pathToFileURL } from 'node:url';
import { BrowserWindow, session } from 'electron';
import { AppError } from '@shared/contract/errors';
import { writeFileAtomic } from '@workbench/project/files';

/** Millimetres around the page, in inches as Chromium counts them. */
const margin = 14 / 25.4;

/**
 * Prints a page of our own (a written report) to a PDF beside it: A4, vectors, letters embedded. The page gets a hidden window
 * of its own without script, memory or network; it may read itself and nothing else.
 * @param path an HTML file
 * @returns the PDF's path
 * @throws AppError `invalid` when the page cannot be shown; `no-space`, `permission` naming the PDF
 */
export async function printPage(path: string): Promise<string> {
  const page = pathToFileURL(path).href;
  // A name without "persist:" is kept in memory only.
  const alone = session.fromPartition('print');
  alone.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: details.url !== page });
  });
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: alone,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
    },
  });
  try {
    await window.loadFile(path);
    const pdf = await window.webContents.printToPDF({
      pageSize: 'A4',
      landscape: true,
      printBackground: true,
      margins: { top: margin, bottom: margin, left: margin, right: margin },
    });
    const printed = path.replace(/\.html$/, '.pdf');
    await writeFileAtomic(printed, pdf);
    return printed;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'invalid',
      `${path} cannot be printed: ${error instanceof Error ? error.message : 'no reason given'}`,
      {
        path,
      },
    );
  } finally {
    window.destroy();
  }
}
