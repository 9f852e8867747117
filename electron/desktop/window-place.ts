import type { WindowPlace } from './desktop-settings';

export const defaultSize = { width: 1440, height: 900 };
export const smallestSize = { width: 1024, height: 700 };

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where the window opens: where it was, when enough of its title bar can still be reached on one of the present
 * displays; else in the default size, no larger than the first display, wherever the system puts it.
 * @param displays work areas, primary first
 */
export function placeWindow(
  remembered: WindowPlace | null,
  displays: readonly Area[],
): { width: number; height: number; x?: number; y?: number } {
  if (remembered && displays.some((display) => canReachTitleBar(remembered, display)))
    return {
      x: remembered.x,
      y: remembered.y,
      width: Math.max(remembered.width, smallestSize.width),
      height: Math.max(remembered.height, smallestSize.height),
    };
  const primary = displays[0];
  return {
    width: Math.max(smallestSize.width, Math.min(defaultSize.width, primary?.width ?? defaultSize.width)),
    height: Math.max(smallestSize.height, Math.min(defaultSize.height, primary?.height ?? defaultSize.height)),
  };
}

/** At least 100 × 30 px of the window's top lie on the display. */
function canReachTitleBar(place: WindowPlace, display: Area): boolean {
  const across = Math.min(place.x + place.width, display.x + display.width) - Math.max(place.x, display.x);
  const down = Math.min(place.y + 36, display.y + display.height) - Math.max(place.y, display.y);
  return across >= 100 && down >= 30;
}
