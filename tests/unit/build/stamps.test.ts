import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../../../build/aliases.mjs';
import { isUpToDate, writeStamp, writeWhole } from '../../../build/stamps.mjs';

const scratch = `.cache/test-stamps-${String(process.pid)}`;
const step = `test-${String(process.pid)}`;
const [input, output] = [`${scratch}/input.txt`, `${scratch}/output.txt`];

beforeEach(() => {
  mkdirSync(join(root, scratch), { recursive: true });
  writeFileSync(join(root, input), 'one');
  writeFileSync(join(root, output), 'made of one');
});

afterEach(() => {
  rmSync(join(root, scratch), { recursive: true, force: true });
  rmSync(join(root, 'dist', '.stamps', `${step}.json`), { force: true });
});

describe('build stamps', () => {
  it('holds while inputs are unchanged and outputs stand', () => {
    expect(isUpToDate(step)).toBe(false);
    writeStamp(step, [input], [output]);
    expect(isUpToDate(step)).toBe(true);
    expect(isUpToDate(step, [input])).toBe(true);
  });

  it('ends with a changed input, a new one and a lost output', () => {
    writeStamp(step, [input], [output]);
    expect(isUpToDate(step, [input, `${scratch}/new.txt`])).toBe(false);
    writeFileSync(join(root, input), 'two');
    expect(isUpToDate(step)).toBe(false);
    writeFileSync(join(root, input), 'one');
    expect(isUpToDate(step)).toBe(true);
    rmSync(join(root, output));
    expect(isUpToDate(step)).toBe(false);
  });

  it('treats a torn stamp as none', () => {
    writeStamp(step, [input], [output]);
    writeWhole(join(root, 'dist', '.stamps', `${step}.json`), '{"inputs":[');
    expect(isUpToDate(step)).toBe(false);
  });
});
