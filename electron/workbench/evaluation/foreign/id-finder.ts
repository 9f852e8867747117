/** Finds which known id a text of another program means: folders and endings may differ, a doubtful match is none. */
export class IdFinder {
  private readonly exact = new Map<string, string>();
  /** Without ending → id, or null where two ids share it. */
  private readonly stems = new Map<string, string | null>();
  /** The last parts of the ids, made when they are first needed. */
  private tails: Map<string, string | null> | undefined;

  constructor(private readonly ids: readonly string[]) {
    for (const id of ids) {
      this.exact.set(normal(id), id);
      once(this.stems, stemOf(normal(id)), id);
    }
  }

  /** The id; undefined when there is none, or more than one could be meant. */
  find(text: string): string | undefined {
    const wanted = normal(text);
    if (wanted === '') return undefined;
    const whole = this.exact.get(wanted) ?? this.stems.get(stemOf(wanted));
    if (whole) return whole;
    // Longer than the id: the folders above the dataset's.
    const parts = wanted.split('/');
    for (let skipped = 1; skipped < parts.length; skipped++) {
      const tail = parts.slice(skipped).join('/');
      const found = this.exact.get(tail) ?? this.stems.get(stemOf(tail));
      if (found) return found;
    }
    this.tails ??= tailsOf(this.ids);
    return this.tails.get(stemOf(wanted)) ?? undefined;
  }
}

function tailsOf(ids: readonly string[]): Map<string, string | null> {
  const tails = new Map<string, string | null>();
  for (const id of ids) {
    const parts = stemOf(normal(id)).split('/');
    for (let skipped = 1; skipped < parts.length; skipped++) once(tails, parts.slice(skipped).join('/'), id);
  }
  return tails;
}

/** Keeps an id under a key, or null once two ids want it. */
function once(map: Map<string, string | null>, key: string, id: string): void {
  map.set(key, map.has(key) && map.get(key) !== id ? null : id);
}

function normal(text: string): string {
  return text
    .trim()
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '');
}

/** Without the ending of a picture or clip; dots inside other names stay. */
function stemOf(text: string): string {
  return text.replace(/\.(jpe?g|png|bmp|webp|avif|tiff?|avi|mov|mp4|mkv|webm|hdf5|h5)$/i, '');
}
