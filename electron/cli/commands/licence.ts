import { type Command, Option } from 'commander';
import { Licence, unknownLicence } from '@shared/domain/dataset';
import { consentWords, licenceUseWords } from '@shared/domain/licence';
import { noteLicence } from '@workbench/datasets/privacy/licences';
import { readDataset } from '@workbench/datasets/store';
import { contextOf } from '../context';
import type { Register } from '../command';

interface LicenceOptions {
  readonly name?: string;
  readonly use?: Licence['use'];
  readonly consent?: Licence['consent'];
}

export const registerLicence: Register = (program) => {
  program
    .command('licence <dataset>')
    .description('show or note what the terms of a dataset and its people allow; exports of faces ask it')
    .option('--name <text>', 'the licence’s name, or where it is written')
    .addOption(new Option('--use <terms>', 'what it allows').choices(Licence.shape.use.options))
    .addOption(new Option('--consent <answer>', 'whether the people consented').choices(Licence.shape.consent.options))
    .action(async (id: string, { name, use, consent }: LicenceOptions, command: Command) => {
      const { output, withProject } = contextOf(command);
      await withProject(async (project) => {
        const { licence: known = unknownLicence } = await readDataset(project, id);
        const isNoted = name !== undefined || use !== undefined || consent !== undefined;
        const licence = Licence.parse({
          name: name ?? known.name,
          use: use ?? known.use,
          consent: consent ?? known.consent,
        });
        if (isNoted) await noteLicence(project, id, licence);
        output.result({ dataset: id, licence }, () =>
          [
            `${id}: ${licence.name === '' ? 'licence not named' : licence.name}`,
            `use ${licenceUseWords[licence.use]}`,
            `consent ${consentWords[licence.consent]}`,
          ].join(', '),
        );
      });
    });
};
