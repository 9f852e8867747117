/** Keeps the most recently used values that are costly to make; the one longest unused makes room. */
export class Recent<T> {
  private readonly values = new Map<string, Promise<T>>();

  constructor(
    private readonly limit: number,
    private readonly release: (value: T) => void = () => undefined,
  ) {}

  /** The value under `key`, made when it is not held. A failure is not kept. */
  async get(key: string, make: () => Promise<T>): Promise<T> {
    const value = this.values.get(key) ?? make();
    this.values.delete(key);
    this.values.set(key, value);
    try {
      const made = await value;
      for (const oldest of this.values.keys()) {
        if (this.values.size <= this.limit) break;
        await this.drop(oldest);
      }
      return made;
    } catch (error) {
      if (this.values.get(key) === value) this.values.delete(key);
      throw error;
    }
  }

  async clear(): Promise<void> {
    for (const key of [...this.values.keys()]) await this.drop(key);
  }

  private async drop(key: string): Promise<void> {
    const value = this.values.get(key);
    this.values.delete(key);
    if (value) this.release(await value);
  }
}
