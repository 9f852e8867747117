import type { ReportData } from '@shared/domain/report';
import type { Figure } from '@shared/figures/figure';
import { toSvg } from '@shared/figures/svg';
import { escapeXml } from '@shared/figures/svg-elements';
import { darkTheme, lightTheme } from '@shared/figures/theme';
import { curveFigures } from './curve-figures';

/** DET, ROC and EPC of every train → test pair, drawn for light and for dark. Empty when no evaluation has a curve. */
export function curveSections(data: ReportData): string {
  const pairs = curveFigures(data);
  if (pairs.length === 0) return '';
  return [
    '<section aria-label="Curves">',
    '<h2>Curves <small>DET, ROC and EPC on the test set</small></h2>',
    ...pairs.map(({ source, target, det, roc, epc }, index) => {
      const pair = escapeXml(`${source}→${target}`);
      const figures = [det, roc, ...(epc ? [epc] : [])].map(inBothThemes).join('');
      return `<details${index < 2 ? ' open' : ''}><summary>${pair}</summary><div class="figures">${figures}</div></details>`;
    }),
    '</section>',
  ].join('\n');
}

function inBothThemes(figure: Figure): string {
  const drawn = { background: false, inline: true, width: 400 } as const;
  return `<figure><div class="in-dark">${toSvg(figure, darkTheme, drawn)}</div><div class="in-light">${toSvg(figure, lightTheme, drawn)}</div></figure>`;
}
