import { AppError } from '@shared/contract/errors';

/** Anything thrown, as an error with a code and a message for a person. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('internal', error instanceof Error ? error.message : String(error));
}

/** The call was ended on purpose (another took its place, the view was left). */
export function isCancelled(error: unknown): boolean {
  return error instanceof AppError && error.code === 'cancelled';
}
