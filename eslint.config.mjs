import { existsSync, readdirSync } from 'node:fs';
import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';

/**
 * Rooms and who may import whom. A room is a folder; a rule names what its files must not import, as a regular
 * expression over the import text, relative paths included.
 */
const tensorflow = { regex: '^@tensorflow/', message: 'Only engine, training and faces import tfjs.' };
const tensorflowBundles = {
  regex: '^@tensorflow/(tfjs|tfjs-layers)$',
  message: 'Import @tensorflow/tfjs-core: layers are our own.',
};
const node = { regex: '^node:', message: 'This room runs without Node.' };
const electron = { regex: '^electron(/|$)', message: 'Only electron/desktop, main.ts and preload.ts import electron.' };

/** @param {...string} rooms */
const otherRooms = (...rooms) => ({
  regex: `^@(${rooms.join('|')})/`,
  message: `This room must not import from ${rooms.join(', ')}.`,
});

/**
 * @param {string[]} files
 * @param {object[]} patterns
 * @param {string[]} [ignores]
 */
const imports = (files, patterns, ignores = []) => ({
  files,
  ignores,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

/** The workbench's rooms in layers; a room imports from layers above it in this list, never from its own or below. */
const workbenchLayers = [
  ['project'],
  ['images'],
  ['video'],
  ['engine', 'probes'],
  ['faces'],
  ['synthetic'],
  ['datasets'],
  ['training'],
  ['evaluation'],
  ['reports', 'experiments'],
  ['jobs'],
  ['inspection'],
];
const usesTensorflow = new Set(['engine', 'training', 'faces']);

const workbenchRooms = workbenchLayers.flatMap((layer, index) =>
  layer.map((room) => {
    const forbidden = [...workbenchLayers.slice(index).flat(), 'service'].filter((other) => other !== room);
    return imports(
      [`electron/workbench/${room}/**/*.ts`],
      [
        electron,
        otherRooms('desktop', 'cli', 'renderer'),
        usesTensorflow.has(room) ? tensorflowBundles : tensorflow,
        {
          regex: `^(@workbench|\\.\\.(/\\.\\.)*)/(${forbidden.join('|')})(/|$)`,
          message: `Arrows point one way: ${room} must not import ${forbidden.join(', ')}.`,
        },
      ],
    );
  }),
);

const featuresFolder = new URL('./renderer/features/', import.meta.url);
const features = existsSync(featuresFolder) ? readdirSync(featuresFolder) : [];
const rendererBase = [node, electron, tensorflow, otherRooms('workbench', 'desktop', 'cli')];
const featureRooms = features.map((feature) => {
  const others = features.filter((other) => other !== feature);
  return imports(
    [`renderer/features/${feature}/**/*.{ts,vue}`],
    [
      ...rendererBase,
      {
        regex: `(^@renderer/features|^\\.\\.(/\\.\\.)*(/features)?)/(${others.join('|')})(/|$)`,
        message: 'A feature never imports another: go through a store, ui/, charts/ or the route.',
      },
    ],
  );
});

export default tseslint.config(
  {
    ignores: [
      'node_modules/**',
      'dist/**',
      'release/**',
      '.cache/**',
      'test-results/**',
      'playwright-report/**',
      // AssemblyScript only looks like TypeScript; its own compiler checks it.
      '**/assembly/**',
    ],
  },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...vue.configs['flat/recommended'],
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-ignore': true, 'ts-expect-error': true, 'ts-nocheck': true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          argsIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          destructuredArrayIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      // TypeScript itself reports unknown names, and knows the runtime's.
      'no-undef': 'off',
    },
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/define-macros-order': 'error',
      'vue/no-v-html': 'error',
      'vue/multi-word-component-names': 'off',
      // An optional prop is typed as possibly absent, and strict types make its readers say what then.
      'vue/require-default-prop': 'off',
      // Inline style attributes are refused by the page's content security policy; bound styles are set by script.
      'vue/no-static-inline-styles': 'error',
    },
  },

  imports(['shared/**/*.ts'], [{ regex: '^(?!zod$|@shared/|\\.)', message: 'shared imports zod only.' }]),
  ...workbenchRooms,
  imports(['electron/workbench/*.ts'], [electron, tensorflow, otherRooms('desktop', 'cli', 'renderer')]),
  imports(['electron/cli/**/*.ts'], [electron, tensorflow, otherRooms('desktop', 'renderer')]),
  imports(
    ['electron/desktop/**/*.ts', 'electron/main.ts', 'electron/preload.ts'],
    [tensorflow, otherRooms('cli', 'renderer')],
  ),
  imports(['renderer/**/*.{ts,vue}'], rendererBase),
  ...featureRooms,
  {
    files: ['renderer/**/*.{ts,vue}'],
    ignores: ['renderer/charts/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['chart.js', 'chart.js/*', 'chartjs-*'], message: 'Every chart goes through renderer/charts.' },
          ],
        },
      ],
    },
  },
  {
    files: ['tests/**/*.ts'],
    rules: {
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  // Playwright reads which fixtures a fixture wants from its destructured argument, even when it wants none.
  { files: ['tests/e2e/**/*.ts'], rules: { 'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }] } },
  {
    files: ['build/**/*.mjs', 'tests/**/*.mjs'],
    // Scripts in plain JavaScript read package formats and other tools' output, which carry no types.
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['*.{mjs,ts}', 'tests/checks/**/*.mjs', 'tests/bench/**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  prettier,
);
