/** Images a second over the last while, and what is left at that speed. */
export class SpeedMeter {
  private readonly points: { time: number; done: number }[] = [];

  constructor(private readonly windowMs = 15_000) {}

  /** Takes note of how much is done; null until there is something to measure. */
  at(done: number): number | null {
    const time = Date.now();
    this.points.push({ time, done });
    while (this.points.length > 2 && time - (this.points[0]?.time ?? time) > this.windowMs) this.points.shift();
    return this.perSecond();
  }

  secondsFor(remaining: number): number | null {
    const speed = this.perSecond();
    return speed === null || speed <= 0 ? null : Math.max(0, remaining / speed);
  }

  private perSecond(): number | null {
    const first = this.points[0];
    const last = this.points.at(-1);
    if (!first || !last || last.time - first.time < 500) return null;
    return Math.max(0, (last.done - first.done) / ((last.time - first.time) / 1000));
  }
}
