import type { DepthFile } from '@shared/domain/media-item';

/** Depth over a picture as its file holds it. */
export interface DepthField {
  readonly width: number;
  readonly height: number;
  /** `[height, width]` in the file's own unit; NaN where nothing was measured. */
  readonly values: Float32Array;
  /** Which values are near; `finished` maps are in [0, 1] already, nearest 1 and background 0. */
  readonly nearest: DepthFile['nearest'] | 'finished';
  /** The part of the picture that the field covers, in picture pixels. */
  readonly covers: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

/** A field over the whole of a picture. @param values 0 becomes "not measured" */
export function fieldOver(
  picture: { readonly width: number; readonly height: number },
  { width, height, values, nearest }: Pick<DepthField, 'width' | 'height' | 'values' | 'nearest'>,
): DepthField {
  return {
    width,
    height,
    values: values.map((value) => (value === 0 || !Number.isFinite(value) ? NaN : value)),
    nearest,
    covers: { left: 0, top: 0, width: picture.width, height: picture.height },
  };
}
