/** The time that ages are told from. It moves in steps of 30 s, so that screens change seldom and all at once. */
class Clock {
  now: number = $state(Date.now());
  #read = () => Date.now();

  /** Starts moving. Returns what stops it. */
  start(): () => void {
    const timer = setInterval(() => this.tick(), 30_000);
    return () => clearInterval(timer);
  }

  tick(): void {
    this.now = this.#read();
  }

  /** Tells the time by another clock, for tests. */
  tellBy(read: () => number): void {
    this.#read = read;
    this.tick();
  }
}

export const clock = new Clock();
