import { escapeXml } from '@shared/figures/svg-elements';

interface HtmlPage {
  readonly title: string;
  /** Version that wrote it. */
  readonly relief: string;
  readonly style: string;
  /** Lines inside `<main>`, escaped. */
  readonly body: readonly string[];
}

/** A page that needs nothing else: no script, no link, no font or picture from outside. Light or dark by the reader's system. */
export function writeHtmlPage({ title, relief, style, body }: HtmlPage): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="dark light">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<meta name="generator" content="Relief ${escapeXml(relief)}">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<main>',
    ...body,
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
