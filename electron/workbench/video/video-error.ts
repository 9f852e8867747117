import { AppError, type ErrorCode } from '@shared/contract/errors';

/** Why a clip gives no frames; `data.reason` of the error. */
export type VideoFailure =
  | 'missing'
  | 'no-permission'
  | 'unreadable'
  | 'empty'
  | 'not-a-video'
  | 'truncated'
  | 'too-large'
  | 'corrupt'
  | 'timed-out'
  | 'no-decoder';

/** @param why what follows the file's name in the message, without a full stop */
export function videoError(file: string, reason: VideoFailure, why: string, code: ErrorCode = 'invalid'): AppError {
  return new AppError(code, `${file} ${why}.`, { file, reason });
}
