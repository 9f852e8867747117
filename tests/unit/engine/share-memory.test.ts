import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { applicationRoot } from '@workbench/project/paths';

const header = [0, 97, 115, 109, 1, 0, 0, 0];

interface Script {
  shareMemory(module: Uint8Array): Uint8Array;
}

async function shareMemory(module: Uint8Array): Promise<Uint8Array> {
  const path = join(applicationRoot, 'build', 'share-memory.mjs');
  const script: unknown = await import(pathToFileURL(path).href);
  if (!isScript(script)) throw new Error(`${path} does not export shareMemory`);
  return script.shareMemory(module);
}

function isScript(script: unknown): script is Script {
  return typeof script === 'object' && script !== null && 'shareMemory' in script;
}

describe('sharing the memory of a module', () => {
  it('changes one byte of tfjs-backend-wasm and nothing else', async () => {
    const original = readFileSync(
      join(applicationRoot, 'node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm'),
    );
    const shared = await shareMemory(original);
    const changed = [...shared.keys()].filter((index) => shared[index] !== original[index]);
    expect(shared).toHaveLength(original.length);
    expect(changed.map((index) => [original[index], shared[index]])).toEqual([[1, 3]]);
    expect(WebAssembly.validate(Buffer.from(shared))).toBe(true);
  });

  it('refuses modules it does not understand', async () => {
    await expect(shareMemory(Uint8Array.of(...header))).rejects.toThrow(/defines no memory/);
    await expect(shareMemory(Uint8Array.of(...header, 5, 3, 1, 0, 1))).rejects.toThrow(/limits flag 0/);
    await expect(shareMemory(Uint8Array.of(...header, 5, 4, 1, 3, 1, 1))).rejects.toThrow(/limits flag 3/);
    await expect(shareMemory(Uint8Array.of(...header, 5, 0x80))).rejects.toThrow(/ends inside a number/);
  });
});
