import { readFileSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';
import PdfDocument from 'pdfkit';
import svgToPdf from 'svg-to-pdfkit';
import type { FigureFormat } from '@shared/domain/report';
import { assetFile } from '@workbench/project/paths';

/** CSS pixels and points in a millimetre. */
export const pixelsPerMillimetre = 96 / 25.4;
const pointsPerMillimetre = 72 / 25.4;
/** Print resolution of pixel files. */
const dotsPerInch = 300;

const fontOf = (weight: 400 | 600) => assetFile(`inter-${String(weight)}.ttf`);

/**
 * A drawn figure as the bytes of a file. SVG stays as it is; PNG has 300 dots an inch; PDF keeps lines as vectors and text as
 * text, its letters embedded. PNG and PDF are set in Inter, which Relief brings, so that they look alike on every machine.
 * @param svg a self-contained document, text in the family Inter
 * @param widthMillimetres printed width
 */
export async function figureFile(
  svg: string,
  format: FigureFormat,
  widthMillimetres: number,
): Promise<string | Uint8Array> {
  if (format === 'svg') return svg;
  return format === 'png' ? toPng(svg, widthMillimetres) : toPdf(svg, widthMillimetres);
}

function toPng(svg: string, widthMillimetres: number): Uint8Array {
  const drawing = new Resvg(svg, {
    font: { fontFiles: [fontOf(400), fontOf(600)], loadSystemFonts: false, defaultFontFamily: 'Inter' },
    fitTo: { mode: 'width', value: Math.round((widthMillimetres / 25.4) * dotsPerInch) },
  });
  return drawing.render().asPng();
}

async function toPdf(svg: string, widthMillimetres: number): Promise<Uint8Array> {
  const [, across = '1', down = '1'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  const width = widthMillimetres * pointsPerMillimetre;
  const height = (width * Number(down)) / Number(across);
  const document = new PdfDocument({
    size: [width, height],
    margin: 0,
    font: fontOf(400),
    // The same figure gives the same bytes.
    info: { CreationDate: new Date(0), ModDate: new Date(0), Producer: 'Relief', Creator: 'Relief' },
  });
  const chunks: Uint8Array[] = [];
  document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => document.on('end', resolve));
  document.registerFont('Inter', readFileSync(fontOf(400)));
  document.registerFont('Inter-SemiBold', readFileSync(fontOf(600)));
  svgToPdf(document, sizedSvg(svg, width, height), 0, 0, {
    width,
    height,
    assumePt: true,
    fontCallback: (_family, bold) => (bold ? 'Inter-SemiBold' : 'Inter'),
  });
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

/** The document with its outer size in points: the reader of SVG takes the root's own size before the page's. */
function sizedSvg(svg: string, width: number, height: number): string {
  return svg.replace(/^<svg[^>]*>/, (root) =>
    root
      .replace(/ width="[^"]*"/, ` width="${String(width)}"`)
      .replace(/ height="[^"]*"/, ` height="${String(height)}"`),
  );
}
