import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';
import { aliases } from './build/aliases.mjs';
import { softwareVulkan } from './build/software-vulkan.mjs';

// Read by the dynamic linker when a test's process starts, so that it must stand before there is one.
Object.assign(process.env, softwareVulkan());

/** tfjs's Node bundle registers no gradients; its ES modules do. */
const inlineTensorFlow = { deps: { inline: [/@tensorflow\/tfjs-/] } };
const mainFields = ['module', 'jsnext:main', 'main'];
const resolve = { alias: aliases, mainFields };

/** A project whose tests run in plain Node, each file in a process of its own. */
const nodeProject = (name: string) => ({
  resolve,
  ssr: { resolve: { mainFields } },
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    environment: 'node',
    server: inlineTensorFlow,
    testTimeout: 60_000,
    pool: 'forks' as const,
  },
});

export default defineConfig({
  test: {
    projects: [
      nodeProject('unit'),
      nodeProject('ipc'),
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
