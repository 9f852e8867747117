/** Index lists of the canonical 468-vertex face. Outlines are closed polygons; "right" is the subject's right, at smaller x. */

export const outerLips = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185];
export const innerLips = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191];
export const rightEye = [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246];
export const leftEye = [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466];
export const rightBrow = [46, 53, 52, 65, 55, 107, 66, 105, 63, 70];
export const leftBrow = [276, 283, 282, 295, 285, 336, 296, 334, 293, 300];
export const rightNostril = [60, 75, 166, 79, 20, 238];
export const leftNostril = [290, 305, 392, 309, 250, 458];

/** Vertices of the lower lip, which the jaw carries. */
export const lowerLip = [14, 17, 84, 314, 87, 317, 178, 402, 181, 405, 88, 318, 91, 321, 95, 324, 146, 375];

/** Upper and lower lid vertices that meet when the eye closes. */
export const lidPairs: readonly (readonly [upper: number, lower: number])[] = [
  [159, 145],
  [158, 153],
  [160, 144],
  [157, 154],
  [161, 163],
  [386, 374],
  [385, 380],
  [387, 373],
  [384, 381],
  [388, 390],
];

export const landmark = {
  noseTip: 4,
  chin: 152,
  upperLipInside: 13,
  lowerLipInside: 14,
  rightMouthCorner: 61,
  leftMouthCorner: 291,
  rightTemple: 234,
  leftTemple: 454,
  foreheadTop: 10,
  rightBrowPeak: 105,
  leftBrowPeak: 334,
} as const;
