/** An upright rectangle in image pixels: upper left corner and size. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Intersection over union, 0–1. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const common = overlap(a, b);
  return common === 0 ? 0 : common / (a.width * a.height + b.width * b.height - common);
}

/** Intersection over the smaller of the two areas, 0–1: 1 when one box lies inside the other. */
export function intersectionOverSmaller(a: Box, b: Box): number {
  const smaller = Math.min(a.width * a.height, b.width * b.height);
  return smaller === 0 ? 0 : overlap(a, b) / smaller;
}

/** The rectangle around points `[n, 3]`, x and y counted. */
export function boundingBox(points: Float32Array): Box {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i] ?? 0;
    const y = points[i + 1] ?? 0;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
