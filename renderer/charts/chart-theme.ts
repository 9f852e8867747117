import { computed, type ComputedRef } from 'vue';
import { useSettings } from '../stores/settings';

/** Colours and dashes of the theme in effect, read from the tokens. */
export interface ChartTheme {
  readonly text: string;
  readonly secondary: string;
  readonly muted: string;
  readonly grid: string;
  readonly axis: string;
  readonly panel: string;
  readonly accent: string;
  readonly bonaFide: string;
  readonly attack: string;
  readonly font: string;
  readonly heat: readonly [string, string, string];
  readonly hatch: string;
  /** By place 1–7; colour and dash go together. */
  readonly series: readonly { readonly colour: string; readonly dash: number[] }[];
}

export function readChartTheme(theme: 'dark' | 'light'): ChartTheme {
  document.documentElement.dataset['theme'] = theme;
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const series = [1, 2, 3, 4, 5, 6, 7].map((place) => ({
    colour: token(`series-${place}`),
    dash: token(`dash-${place}`)
      .split(' ')
      .map(Number)
      .filter((length) => Number.isFinite(length) && length > 0),
  }));
  return {
    text: token('text-1'),
    secondary: token('text-2'),
    muted: token('text-3'),
    grid: token('grid'),
    axis: token('axis'),
    panel: token('bg-panel'),
    accent: token('accent'),
    bonaFide: token('bonafide'),
    attack: token('attack'),
    font: token('font-ui'),
    heat: [token('heat-1'), token('heat-2'), token('heat-3')],
    hatch: token('hatch'),
    series,
  };
}

/** Follows the theme. */
export function useChartTheme(): ComputedRef<ChartTheme> {
  const settings = useSettings();
  // The tokens in effect depend on the theme, which the store sets on the document before this runs.
  return computed(() => readChartTheme(settings.shownTheme));
}

/** The same colour, see-through: `opacity` in [0, 1]. Takes `#rrggbb`. */
export function withOpacity(colour: string, opacity: number): string {
  const alpha = Math.round(255 * opacity)
    .toString(16)
    .padStart(2, '0');
  return colour.startsWith('#') && colour.length === 7 ? `${colour}${alpha}` : colour;
}
