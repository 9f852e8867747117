import type { FigureTheme } from './theme';

/** What every drawing function needs. */
export interface Pen {
  readonly theme: FigureTheme;
  readonly fontSize: number;
  readonly width: number;
}

/** Markup whose origin is its top left corner, and the height it takes. */
export interface Drawing {
  readonly markup: string;
  readonly height: number;
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element with escaped attributes; `children` are markup already. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(typeof value === 'number' ? round(value) : String(value))}"`)
    .join('');
  const content = children.join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** Text at its baseline. */
export function text(content: string, x: number, y: number, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, [escapeXml(content)]);
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string {
  return element('line', { x1, y1, x2, y2, ...attributes });
}

/** Escapes text for XML and HTML; control characters that XML forbids are dropped. */
export function escapeXml(content: string): string {
  return Array.from(content)
    .filter((character) => character >= ' ' || character === '\n' || character === '\t')
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Two decimals are a hundredth of a pixel: enough, and short. */
export function round(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** Estimated width of a line of text; SVG has no way to measure without a renderer. */
export function textWidth(content: string, fontSize: number): number {
  return content.length * fontSize * 0.56;
}

/** Breaks text at spaces so that every line fits `width`. */
export function wrap(content: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of content.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && textWidth(longer, fontSize) > width) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return current === '' ? lines : [...lines, current];
}

/** Cuts text that is too long for `width`. */
export function fit(content: string, width: number, fontSize: number): string {
  const letters = Math.max(1, Math.floor(width / (fontSize * 0.56)));
  return content.length <= letters ? content : `${content.slice(0, Math.max(1, letters - 1))}…`;
}
