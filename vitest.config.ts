import vue from '@vitejs/plugin-vue';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Import aliases of the rooms; the same list stands in tsconfig.base.json and build/aliases.mjs. */
const alias = {
  '@shared': here('./shared'),
  '@workbench': here('./electron/workbench'),
  '@desktop': here('./electron/desktop'),
  '@cli': here('./electron/cli'),
  '@renderer': here('./renderer'),
};

/** tfjs's Node bundle registers no gradients; its ES modules do. */
const inlineTensorFlow = { deps: { inline: [/@tensorflow\/tfjs-/] } };
const resolve = { alias, mainFields: ['module', 'jsnext:main', 'main'] };

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr: { resolve: { mainFields: resolve.mainFields } },
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          environment: 'node',
          server: inlineTensorFlow,
          testTimeout: 60_000,
          pool: 'forks',
        },
      },
      {
        resolve,
        ssr: { resolve: { mainFields: resolve.mainFields } },
        test: {
          name: 'ipc',
          include: ['tests/ipc/**/*.test.ts'],
          environment: 'node',
          server: inlineTensorFlow,
          testTimeout: 60_000,
          pool: 'forks',
        },
      },
      {
        plugins: [vue()],
        resolve,
        test: {
          name: 'component',
          include: ['tests/component/**/*.test.ts'],
          environment: 'happy-dom',
        },
      },
    ],
  },
});
