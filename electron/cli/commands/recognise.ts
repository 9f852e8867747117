import type { Command } from 'commander';
import type { ImportPreview, SourceCandidate } from '@shared/domain/import-preview';
import { previewImport } from '@workbench/datasets/importers/preview-import';
import { recogniseSource } from '@workbench/datasets/importers/recognise-source';
import { resolve } from 'node:path';
import type { Register } from '../command';
import { contextOf } from '../context';

export const registerRecognise: Register = (program) => {
  program
    .command('recognise <path>')
    .description('say which importer a folder or list is for, why, and what it would take in; changes nothing')
    .action(async (path: string, _options: unknown, command: Command) => {
      const { output } = contextOf(command);
      const candidates = await recogniseSource(resolve(path));
      const [first] = candidates;
      const preview = first ? await previewImport(first) : null;
      output.result({ candidates, preview }, () => textOf(candidates, preview));
    });
};

function textOf(candidates: readonly SourceCandidate[], preview: ImportPreview | null): string {
  const [first, ...others] = candidates;
  if (!first || !preview) return 'Nothing that an importer knows. Name one with "relief import --as".';
  const expected = preview.expected.find(({ set }) => set === null);
  return [
    `${first.importer}: ${first.why}`,
    ...others.map(({ importer, why }) => `or ${importer}: ${why}`),
    ...(preview.problem === null ? [] : [preview.problem]),
    `${preview.items} items${expected ? ` of ${expected.total} expected` : ''}, ${preview.subjects} subjects`,
    ...Object.entries(preview.counts).map(
      ([set, { bonaFide, attack }]) => `  ${set}: ${bonaFide} bona fide, ${attack} attacks${wanted(preview, set)}`,
    ),
    ...(preview.protocols.length > 0 ? [`  protocols: ${preview.protocols.join(', ')}`] : []),
    ...preview.findings
      .filter(({ severity }) => severity !== 'info')
      .map(({ kind, message }) => `  ${kind}: ${message}`),
    `Next: relief import ${first.path} --as ${first.importer}`,
  ].join('\n');
}

function wanted({ expected }: ImportPreview, set: string): string {
  const found = expected.find((entry) => entry.set === set);
  return found ? ` (${found.bonaFide ?? '?'} and ${found.attack ?? '?'} expected)` : '';
}
