/** What a wheel's RECORD says of a file; its own line has neither. */
export interface RecordLine {
  /** Hexadecimal. */
  readonly sha256: string | null;
  readonly bytes: number | null;
}

/** Reads a RECORD: lines of `path,sha256=<urlsafe base64 without padding>,bytes` (PEP 376); paths with commas are quoted. */
export function readRecord(text: string): ReadonlyMap<string, RecordLine> {
  const lines = new Map<string, RecordLine>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^(?:"((?:[^"]|"")*)"|([^,"]*)),([^,]*),(\d*)$/.exec(line);
    if (!match) continue;
    const [, quoted, plain = '', hash = '', bytes = ''] = match;
    const encoded = /^sha256=([\w-]+)=*$/.exec(hash)?.[1];
    lines.set(quoted?.replace(/""/g, '"') ?? plain, {
      sha256: encoded === undefined ? null : Buffer.from(encoded, 'base64url').toString('hex'),
      bytes: bytes === '' ? null : Number(bytes),
    });
  }
  return lines;
}
