import { defineStore } from 'pinia';
import { computed, watch } from 'vue';
import { z } from '@shared/zod';
import { ThemeChoice } from '@shared/contract/desktop';
import { useDesktop } from '../api/client';
import { useStored } from '../ui/use-stored';
import { useToasts } from './toasts';
import { usePrefersLight } from '../ui/use-prefers-light';

/** What a person chose for this window. */
export const useSettings = defineStore('settings', () => {
  const desktop = useDesktop();
  const toasts = useToasts();
  const theme = useStored('theme', ThemeChoice, 'system');
  const tileSize = useStored('tile-size', z.number().min(72).max(240), 96);
  const smoothing = useStored('smoothing', z.number().min(0).max(0.99), 0.8);
  /** Faces are made unrecognisable wherever they are shown: for sharing the screen. */
  const blurFaces = useStored('blur-faces', z.boolean(), false);
  const prefersLight = usePrefersLight();
  /** The theme in effect: `system` resolved. */
  const shownTheme = computed<'dark' | 'light'>(() => {
    if (theme.value !== 'system') return theme.value;
    return prefersLight.value ? 'light' : 'dark';
  });

  watch(
    shownTheme,
    (value) => {
      document.documentElement.dataset['theme'] = value;
    },
    { immediate: true },
  );
  watch(
    blurFaces,
    (blurred) => {
      document.documentElement.toggleAttribute('data-blur-faces', blurred);
    },
    { immediate: true },
  );
  watch(
    theme,
    (value) => {
      void toasts.attempt('The theme could not be passed on to the desktop', () =>
        desktop['desktop.setTheme']({ theme: value }),
      );
    },
    { immediate: true },
  );
  return { theme, shownTheme, tileSize, smoothing, blurFaces };
});
