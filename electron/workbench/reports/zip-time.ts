/** 1 January 1980, 00:00: the first time a ZIP archive knows. */
const fixedDate = 0x0021;

const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;

/**
 * The same ZIP archive with every entry's time set to 1980, so that the same content gives the same bytes. Takes archives
 * as writers of office files make them: one disk, no 64-bit records.
 */
export function withFixedTime(archive: Uint8Array): Uint8Array {
  const bytes = archive.slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  let place = view.getUint32(end + 16, true);
  for (let entry = view.getUint16(end + 10, true); entry > 0; entry--) {
    if (view.getUint32(place, true) !== centralSignature) throw new Error('a damaged ZIP archive');
    setTime(view, place + 12);
    setTime(view, view.getUint32(place + 42, true) + 10);
    const variable = [28, 30, 32].reduce((sum, offset) => sum + view.getUint16(place + offset, true), 0);
    place += 46 + variable;
  }
  return bytes;
}

function setTime(view: DataView, at: number): void {
  view.setUint16(at, 0, true);
  view.setUint16(at + 2, fixedDate, true);
}

function findEnd(view: DataView): number {
  for (let place = view.byteLength - 22; place >= 0; place--)
    if (view.getUint32(place, true) === endSignature) return place;
  throw new Error('no ZIP archive');
}
