import { ESLint } from 'eslint';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { noncePlaceholder as placeholderOfBuild } from '../../../build/renderer-bundle.mjs';
import { aliases, root } from '../../../build/aliases.mjs';

const eslint = new ESLint({
  cwd: root,
  // Types play no part in who may import whom, and the files below exist in these tests only.
  overrideConfig: { languageOptions: { parserOptions: { projectService: false, project: false } } },
  ruleFilter: ({ ruleId }) => ruleId.endsWith('no-restricted-imports'),
});

async function complaints(filePath: string, imported: string): Promise<number> {
  const [result] = await eslint.lintText(`import { x } from '${imported}';\nexport const y = x;\n`, {
    filePath: join(root, filePath),
  });
  const parsing = result?.messages.find(({ fatal }) => fatal);
  if (parsing) throw new Error(parsing.message);
  return result?.messages.length ?? 0;
}

describe('who may import whom', () => {
  it.each([
    ['shared/metrics/zz.ts', 'node:fs'],
    ['shared/metrics/zz.ts', 'vue'],
    ['shared/metrics/zz.ts', '@workbench/project/paths'],
    ['electron/workbench/jobs/zz.ts', 'electron'],
    ['electron/workbench/datasets/zz.ts', '@tensorflow/tfjs-core'],
    ['electron/workbench/training/zz.ts', '@tensorflow/tfjs-layers'],
    ['electron/workbench/engine/zz.ts', '@workbench/training/loop'],
    ['electron/workbench/engine/zz.ts', '../training/loop'],
    ['electron/workbench/engine/kernels/zz.ts', '../../faces/mesh'],
    ['electron/workbench/evaluation/zz.ts', '@workbench/jobs/queue'],
    ['electron/workbench/jobs/zz.ts', '../service'],
    ['electron/workbench/faces/zz.ts', '../synthetic/scene'],
    ['electron/cli/zz.ts', '@desktop/menu'],
    ['electron/desktop/zz.ts', '@renderer/api/client'],
    ['renderer/ui/zz.ts', '@workbench/project/paths'],
    ['renderer/ui/zz.ts', 'node:path'],
  ])('%s must not import %s', async (file, imported) => {
    expect(await complaints(file, imported)).toBe(1);
  });

  it.each([
    ['shared/metrics/zz.ts', '@shared/zod'],
    ['shared/metrics/zz.ts', './rates'],
    ['electron/workbench/training/zz.ts', '@tensorflow/tfjs-core'],
    ['electron/workbench/training/zz.ts', '../engine/engine'],
    ['electron/workbench/engine/kernels/zz.ts', '../engine'],
    ['electron/workbench/jobs/zz.ts', '@workbench/reports/table'],
    ['electron/cli/zz.ts', '@workbench/project/paths'],
    ['electron/desktop/zz.ts', 'electron'],
    ['renderer/ui/zz.ts', '@shared/domain/job'],
  ])('%s may import %s', async (file, imported) => {
    expect(await complaints(file, imported)).toBe(0);
  });
});

describe('settings that stand in two places', () => {
  it('gives TypeScript the same aliases as the bundlers', () => {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => readFileSync(path, 'utf8')) as {
      config: { compilerOptions: { paths: Record<string, string[]> } };
    };
    const ofBundlers = Object.fromEntries(
      Object.entries(aliases).map(([alias, folder]) => [`${alias}/*`, [`./${relative(root, folder)}/*`]]),
    );
    expect(config.compilerOptions.paths).toEqual(ofBundlers);
  });

  it('marks the nonce with the text that the page’s protocol looks for', () => {
    const source = readFileSync(join(root, 'electron', 'desktop', 'protocols', 'bundle.ts'), 'utf8');
    expect(source).toContain(`'${placeholderOfBuild}'`);
  });
});
