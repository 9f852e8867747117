export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lays values out over a side in pixels, with a margin; y grows upwards. */
export function placePoints(x: Float32Array, y: Float32Array, width: number, height: number, margin = 24): Point[] {
  const [left, right] = rangeOf(x);
  const [bottom, top] = rangeOf(y);
  const scaleX = (width - 2 * margin) / Math.max(1e-9, right - left);
  const scaleY = (height - 2 * margin) / Math.max(1e-9, top - bottom);
  return Array.from(x, (value, index) => ({
    x: margin + (value - left) * scaleX,
    y: height - margin - ((y[index] ?? 0) - bottom) * scaleY,
  }));
}

function rangeOf(values: Float32Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Whether a point lies inside a closed line: a ray from it crosses the line an odd number of times. */
export function isInside({ x, y }: Point, line: readonly Point[]): boolean {
  let inside = false;
  line.forEach((to, index) => {
    const from = line[(index + line.length - 1) % line.length] ?? to;
    if (from.y > y === to.y > y) return;
    if (x < ((from.x - to.x) * (y - to.y)) / (from.y - to.y) + to.x) inside = !inside;
  });
  return inside;
}

/** The point nearest to a place, within a reach in pixels; -1 where there is none. */
export function nearestPoint(points: readonly Point[], { x, y }: Point, reach: number): number {
  let best = -1;
  let least = reach;
  points.forEach((point, index) => {
    const distance = Math.hypot(point.x - x, point.y - y);
    if (distance >= least) return;
    least = distance;
    best = index;
  });
  return best;
}

/** The next point in a direction: the nearest of those that lie within 45° of it; where there is none, the same. */
export function nextPoint(points: readonly Point[], from: number, [dx, dy]: readonly [number, number]): number {
  const here = points[from];
  if (!here) return points.length > 0 ? 0 : -1;
  let best = from;
  let least = Infinity;
  points.forEach((point, index) => {
    const [ax, ay] = [point.x - here.x, point.y - here.y];
    const along = ax * dx + ay * dy;
    const aside = Math.abs(ax * dy - ay * dx);
    const distance = Math.hypot(ax, ay);
    if (index === from || along <= 0 || aside > along || distance >= least) return;
    least = distance;
    best = index;
  });
  return best;
}
