/** Codes an error carries over a process boundary; each maps to one exit code of the command (see {@link exitCodeOf}). */
export const errorCodes = [
  'bad-request',
  'not-found',
  'invalid',
  'conflict',
  'no-space',
  'permission',
  'unsupported',
  'cancelled',
  'disconnected',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/**
 * An error meant for a person: `message` names the file, line or field and what to do. Thrown at boundaries;
 * programming errors throw plain `Error`.
 */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly data: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'AppError';
  }
}

/** Exit codes of the command: 0 done, 1 failed, 2 wrong usage or bad input, 3 stopped with a checkpoint. */
export function exitCodeOf(code: ErrorCode): 1 | 2 | 3 {
  switch (code) {
    case 'bad-request':
    case 'not-found':
    case 'invalid':
    case 'unsupported':
      return 2;
    case 'cancelled':
      return 3;
    default:
      return 1;
  }
}
