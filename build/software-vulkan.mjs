import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './aliases.mjs';
import { findElectron } from './electron-binary.mjs';

/**
 * Environment of a process that is to find a graphics adapter on a machine without one: Chromium's software renderer and
 * Vulkan loader, which lie beside the Electron that set-up fetched. Empty where the caller chose a driver, or where Electron
 * brings no such thing. The loader is shown in a folder of its own, as Electron's holds libraries that nothing else must find.
 * @returns {Record<string, string>}
 */
export function softwareVulkan() {
  if (process.platform !== 'linux' || process.env['VK_ICD_FILENAMES'] || process.env['VK_DRIVER_FILES']) return {};
  const electron = findElectron();
  if (!electron) return {};
  const folder = join(electron.executable, '..');
  const driver = join(folder, 'vk_swiftshader_icd.json');
  const loader = join(folder, 'libvulkan.so.1');
  if (!existsSync(driver) || !existsSync(loader)) return {};
  const shown = join(root, '.cache', 'vulkan');
  const link = join(shown, 'libvulkan.so.1');
  if (!existsSync(link)) {
    mkdirSync(shown, { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(loader, link);
  }
  const folders = [shown, process.env['LD_LIBRARY_PATH']].filter((each) => each !== undefined && each !== '');
  return { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: folders.join(':') };
}
