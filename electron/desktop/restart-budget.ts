/** How often something may be started again by itself: at most `limit` times within a moving window of time. */
export class RestartBudget {
  private readonly times: number[] = [];

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
  ) {}

  /**
   * Takes one restart where the budget still holds one.
   * @param now milliseconds on any steady clock
   */
  take(now: number): boolean {
    while (this.times.length > 0 && (this.times[0] ?? 0) <= now - this.windowMs) this.times.shift();
    if (this.times.length >= this.limit) return false;
    this.times.push(now);
    return true;
  }
}
