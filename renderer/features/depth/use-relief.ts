import { shallowRef, type Ref, type ShallowRef } from 'vue';
import { z } from '@shared/zod';
import { useStored } from '../../ui';
import { frontOrbit, type Orbit } from './orbit';

/** What lies on the surface: the map's own colours, the face, or nothing, so that only the light tells its shape. */
export type ReliefSkin = 'colours' | 'photograph' | 'plaster';

/** Highest the eye goes: straight above, the surface would flip over. */
const steepest = 1.45;
const nearest = 0.9;
const farthest = 4;

/** Whether maps are shown as surfaces, with what on them, and the one orbit that all of them share. */
export function useRelief(): {
  shown: Ref<boolean>;
  skin: Readonly<Ref<ReliefSkin>>;
  setSkin: (skin: ReliefSkin) => void;
  orbit: ShallowRef<Orbit>;
  turn: (by: { around: number; above: number }) => void;
  near: (factor: number) => void;
  reset: () => void;
} {
  const shown = useStored('depth.relief', z.boolean(), false);
  const skin = useStored<ReliefSkin>('depth.skin', z.enum(['colours', 'photograph', 'plaster']), 'plaster');
  const orbit = shallowRef<Orbit>(frontOrbit);
  const within = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
  return {
    shown,
    skin,
    setSkin: (value) => {
      skin.value = value;
    },
    orbit,
    turn: ({ around, above }) => {
      const now = orbit.value;
      orbit.value = { ...now, around: now.around + around, above: within(now.above + above, -steepest, steepest) };
    },
    near: (factor) => {
      orbit.value = { ...orbit.value, distance: within(orbit.value.distance * factor, nearest, farthest) };
    },
    reset: () => {
      orbit.value = frontOrbit;
    },
  };
}
