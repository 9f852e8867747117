/** Blue, green, red of the bar and its ground; both stand out on dark and light panels. */
const bar = [0xf5, 0x9e, 0x4c] as const;
const ground = [0x60, 0x5a, 0x55] as const;

/**
 * Draws how far the work is under an icon, as a bar along its bottom edge. A share is also shown by length, not by colour.
 * @param pixels of the icon, [height, width, 4], blue first, as Electron hands out bitmaps; not changed
 * @param share in [0, 1]
 */
export function withProgressBar(pixels: Uint8Array, width: number, height: number, share: number): Uint8Array {
  const drawn = Uint8Array.from(pixels);
  const thickness = Math.max(2, Math.round(height / 7));
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  for (let y = height - thickness; y < height; y++)
    for (let x = 0; x < width; x++) drawn.set([...(x < filled ? bar : ground), 255], 4 * (y * width + x));
  return drawn;
}
