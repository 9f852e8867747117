type Rgb = readonly [number, number, number];

function parse(hex: string): Rgb {
  const value = Number.parseInt(hex.replace('#', ''), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function mix(a: Rgb, b: Rgb, t: number): Rgb {
  const at = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * t);
  return [at(0), at(1), at(2)];
}

/** Relative luminance by WCAG 2. */
function luminance(rgb: Rgb): number {
  const linear = rgb.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
}

/** Background and the better readable of black and white on it, for `share` in [0, 1] of the declared range. */
export function heatColour(
  share: number,
  [low, middle, high]: readonly [string, string, string],
): { background: string; text: string } {
  const t = Math.min(1, Math.max(0, share));
  const rgb = t < 0.5 ? mix(parse(low), parse(middle), 2 * t) : mix(parse(middle), parse(high), 2 * t - 1);
  const light = luminance(rgb);
  const onBlack = (light + 0.05) / 0.05;
  const onWhite = 1.05 / (light + 0.05);
  return { background: `rgb(${rgb.join(' ')})`, text: onBlack > onWhite ? '#000' : '#fff' };
}
