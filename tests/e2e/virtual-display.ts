import { startVirtualDisplay } from '../../build/virtual-display.mjs';

/** Gives the windows under test a display where the machine has none; returns what takes it away again. */
export default async function provideDisplay(): Promise<() => void> {
  if (process.platform !== 'linux' || process.env['DISPLAY'] !== undefined) return () => {};
  const { display, stop } = await startVirtualDisplay();
  process.env['DISPLAY'] = display;
  return stop;
}
