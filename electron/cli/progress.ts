import { MultiBar, Presets, type SingleBar } from 'cli-progress';

/** How far one piece of work is. */
export interface ProgressUpdate {
  /** Names the piece; the same key continues the same bar. */
  readonly key: string;
  readonly label: string;
  /** In [0, 1]; null while it waits. */
  readonly share: number | null;
  /** Phase, epoch, speed: what stands behind the bar. */
  readonly detail: string;
  readonly secondsLeft: number | null;
}

export interface ProgressView {
  update(update: ProgressUpdate): void;
  /** A line that stays, above the bars. */
  line(text: string): void;
  end(): void;
}

export function createProgress(kind: 'bars' | 'lines' | 'json' | 'none'): ProgressView {
  switch (kind) {
    case 'bars':
      return progressBars();
    case 'lines':
      return plainLines((text) => process.stdout.write(`${text}\n`));
    case 'json':
      return jsonLines();
    case 'none':
      return { update: () => undefined, line: () => undefined, end: () => undefined };
  }
}

function progressBars(): ProgressView {
  const multi = new MultiBar(
    {
      format: ' {label} {bar} {percent} {detail}',
      hideCursor: true,
      barsize: 24,
      forceRedraw: true,
      noTTYOutput: false,
    },
    Presets.shades_classic,
  );
  const bars = new Map<string, SingleBar>();
  return {
    update({ key, label, share, detail, secondsLeft }) {
      const bar = bars.get(key) ?? multi.create(1000, 0, {});
      bars.set(key, bar);
      const left = secondsLeft === null ? '' : ` · ${duration(secondsLeft)} left`;
      bar.update(Math.round((share ?? 0) * 1000), {
        label: label.padEnd(28).slice(0, 28),
        percent: share === null ? '    ' : `${String(Math.floor(share * 100)).padStart(3)}%`,
        detail: `${detail}${left}`,
      });
    },
    line(text) {
      multi.log(`${text}\n`);
      multi.update();
    },
    end() {
      multi.stop();
    },
  };
}

/** A line when the phase changes and then at most every ten seconds and two per cent. */
function plainLines(print: (text: string) => void): ProgressView {
  const shown = new Map<string, { at: number; share: number; detail: string }>();
  return {
    update({ key, label, share, detail, secondsLeft }) {
      const before = shown.get(key);
      const phase = detail.split(' · ')[0] ?? '';
      const changed = before?.detail !== phase;
      const grown = (share ?? 0) - (before?.share ?? 0) >= 0.02 && Date.now() - (before?.at ?? 0) >= 10_000;
      const isComplete = share === 1 && before?.share !== 1;
      if (!changed && !grown && !isComplete) return;
      shown.set(key, { at: Date.now(), share: share ?? 0, detail: phase });
      const percent = share === null ? '' : ` ${Math.floor(share * 100)} %`;
      const left = secondsLeft === null ? '' : `, ${duration(secondsLeft)} left`;
      print(`${label}:${percent} ${detail}${left}`);
    },
    line: print,
    end: () => undefined,
  };
}

function jsonLines(): ProgressView {
  let last = 0;
  return {
    update(update) {
      if (Date.now() - last < 500 && update.share !== 1) return;
      last = Date.now();
      process.stderr.write(`${JSON.stringify({ progress: update })}\n`);
    },
    line(text) {
      process.stderr.write(`${JSON.stringify({ message: text })}\n`);
    },
    end: () => undefined,
  };
}

/** `3 m 05 s`, `42 s`. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} m`;
}
