import type { ReportDefinition } from '@shared/domain/report';
import type { ForeignChoice, ForeignFit } from '@shared/domain/foreign-scores';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fitForeign } from '@workbench/evaluation/foreign/fit';
import { fill, findByRole, findText } from '../support/by-role';
import { giveElementsSize, type MountedApp, mountApp, settle } from '../support/mount-app';
import { datasetSummary, project } from '../support/sample-data';
import { mediaItem } from '../../fixtures/media-item';
import { definition } from '../reports/report-data';

let mounted: MountedApp | undefined;
beforeEach(() => {
  giveElementsSize();
});
afterEach(() => {
  mounted?.unmount();
});

const items = Array.from({ length: 12 }, (_, index) =>
  mediaItem('R', `test/${String(index)}.jpg`, { attackType: index % 2 === 0 ? null : 'print', set: 'test' }),
);
/** Ten of the twelve, the other way round, and one of another set. */
const inverted = `${items
  .slice(2)
  .map(({ path }, index) => `${path} ${String(index % 2 === 0 ? 0.1 : 0.8)} 0`)
  .join('\n')}\nother.jpg 0.5 1\n`;

interface Taken {
  readonly choice: ForeignChoice;
  readonly name: string;
}

/** The workbench's own reading of the file, over a list of items. */
function workbench(saved: ReportDefinition[], taken: Taken[]) {
  const fitOf = (
    file: { dropped?: { bytes: Uint8Array; name: string } | undefined },
    choice: ForeignChoice,
  ): ForeignFit =>
    fitForeign(new TextDecoder().decode(file.dropped?.bytes), file.dropped?.name ?? '', items, choice).fit;
  return {
    'project.current': async () => project,
    'datasets.list': async () => ['R', 'O'].map((id) => datasetSummary(id)),
    'reports.list': async () => [definition],
    'reports.save': async (report: ReportDefinition) => {
      saved.push(report);
      return {};
    },
    'scores.inspect': async ({ file, choice }: { file: Parameters<typeof fitOf>[0]; choice: ForeignChoice }) =>
      fitOf(file, choice),
    'scores.import': async (wanted: Taken & { file: Parameters<typeof fitOf>[0] }) => {
      taken.push(wanted);
      const system = {
        formatVersion: 1 as const,
        name: wanted.name,
        title: wanted.name,
        sources: [],
        note: '',
        files: [],
      };
      return { system, fit: fitOf(wanted.file, wanted.choice) };
    },
  };
}

async function drop(name: string, text: string): Promise<void> {
  const file = new File([text], name);
  const event = new Event('drop', { cancelable: true });
  Object.assign(event, { dataTransfer: { files: [file], types: ['Files'] } });
  document.dispatchEvent(event);
  await settle();
  await settle();
}

describe('importing scores of another program', () => {
  it('counts ids, stops an inverted file until its direction is said, and shows it in a report', async () => {
    const saved: ReportDefinition[] = [];
    const taken: Taken[] = [];
    mounted = await mountApp('/datasets', workbench(saved, taken));
    await drop('their net.txt', inverted);
    await findByRole('dialog', 'Import scores');
    await findText('files matched10files missing2files extra1AUC0.000');
    await findText(/below one half/);
    const button = await findByRole('button', /^Import scores/);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect((await findByRole('radio', 'Not said yet')).getAttribute('aria-checked')).toBe('true');
    (await findByRole('radio', 'Higher is bona fide')).click();
    await findText(/kept so because that was asked for/);
    (await findByRole('radio', 'Higher is attack: turn round')).click();
    await findText(/turned round 1\.000/);
    await findText(/Inverted polarity/);
    fill(await findByRole('textbox', 'Shown as'), 'Their net');
    await findText(/relief scores import their net\.txt --dataset R .*--polarity inverted --name their-net/);
    (await findByRole('button', 'Import scores')).click();
    await findText('Imported scores of their-net');
    expect(taken).toMatchObject([
      { name: 'their-net', choice: { dataset: 'R', set: 'test', polarity: 'higher-is-attack' } },
    ]);
    expect(saved).toMatchObject([{ name: definition.name, foreign: ['their-net'] }]);
  });

  it('lets the columns be named when they cannot be told apart', async () => {
    mounted = await mountApp('/datasets', workbench([], []));
    const text = items.map(({ path }, index) => `${path},${String(index / 10)},${String(1 - index / 10)}`).join('\n');
    await drop('two.csv', `picture,left,right\n${text}\n`);
    await findText(/no column can be told to hold the scores/);
    await findByRole('combobox', 'Score column');
    await findByRole('combobox', 'File name column');
  });

  it('leaves other files alone, and says what can be dropped', async () => {
    mounted = await mountApp('/datasets', workbench([], []));
    await drop('photo.jpg', 'x');
    await findText('photo.jpg was not taken');
  });
});
