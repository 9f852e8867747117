/** Where the eye stands around a surface, in radians; 0, 0 is straight in front of it. */
export interface Orbit {
  readonly around: number;
  readonly above: number;
  /** In sides of the map. */
  readonly distance: number;
}

/** From half a side and slightly above: noses show. */
export const frontOrbit: Orbit = { around: 0.5, above: 0.25, distance: 1.75 };
