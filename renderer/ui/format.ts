/** Numbers and times as the window words them (never used in files). */

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `9,600` */
export function formatCount(value: number): string {
  return grouped.format(value);
}

/** `1 run`, `12 runs` */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** A fraction in per cent, one decimal, without the sign: `12.8`; a dash where there is none. */
export function formatRate(fraction: number | null | undefined, decimals = 1): string {
  return fraction === null || fraction === undefined || !Number.isFinite(fraction)
    ? '–'
    : (100 * fraction).toFixed(decimals);
}

/** Depths and scores: three decimals, with a real minus. */
export function formatScore(value: number | null | undefined, decimals = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return value.toFixed(decimals).replace('-', '−');
}

/** A difference with its sign: `+0.021`, `−0.082`. */
export function formatSigned(value: number, decimals = 3): string {
  const text = Math.abs(value).toFixed(decimals);
  return `${value < 0 ? '−' : '+'}${text}`;
}

/** `11 min 46 s`, `1 h 16 min`, `9 s` */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `212 GB`, `2.8 MB` */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 100 || unit === 0 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? 'B'}`;
}

/** `today 14:02`, `21 Nov`, `3 Nov 2024` */
export function formatDay(iso: string, now = new Date()): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '–';
  if (date.toDateString() === now.toDateString()) return `today ${formatClock(iso)}`;
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return date.getFullYear() === now.getFullYear() ? day : `${day} ${date.getFullYear()}`;
}

/** `14:02` */
export function formatClock(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

/** An attack type as a person reads it: `replay/phone` → `replay, phone`; null → `bona fide`. */
export function formatLabel(attackType: string | null): string {
  return attackType === null ? 'bona fide' : attackType.replaceAll('/', ', ').replaceAll('-', ' ');
}
