import { AppError } from '@shared/contract/errors';
import { EngineChoice } from '@shared/domain/engine';

/** The engines that `--engine` takes, for its help. */
export const engineNames = EngineChoice.options.join(', ');

/**
 * The value of `--engine`.
 * @throws AppError `bad-request` naming those that there are
 */
export function readEngineChoice(text: string): EngineChoice {
  const choice = EngineChoice.safeParse(text);
  if (choice.success) return choice.data;
  throw new AppError('bad-request', `--engine ${text}: there are ${engineNames}.`);
}
