import { spawn } from 'node:child_process';

/**
 * Starts an X server without a screen (Xvfb) on a free display number.
 * @returns {Promise<{ display: string, stop: () => void }>} `display` for the environment variable DISPLAY
 */
export function startVirtualDisplay() {
  return new Promise((resolve, reject) => {
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    server.on('error', reject);
    server.on('exit', (code) => {
      reject(new Error(`Xvfb ended with ${String(code)} before it was ready.`));
    });
    const numbers = server.stdio[3];
    numbers?.once('data', (/** @type {Buffer} */ chunk) => {
      resolve({ display: `:${chunk.toString().trim()}`, stop: () => server.kill() });
    });
  });
}
