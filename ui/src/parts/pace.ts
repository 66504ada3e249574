/** How long nothing is typed before it is kept, in milliseconds. */
const PAUSE = 700;
/** How long what was typed waits to be kept, however steadily the typing goes on, in milliseconds. */
const LONGEST = 2000;

/** Says when what is typed is to be kept: after each pause, and now and then where there is none. */
export class Pace {
  #keep: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Since when something has been due. */
  #since: number | null = null;

  constructor(keep: () => void) {
    this.#keep = keep;
  }

  /** To be called with whatever is typed. */
  typed(): void {
    clearTimeout(this.#timer);
    this.#since ??= Date.now();
    this.#timer = setTimeout(this.#due, Math.min(PAUSE, this.#since + LONGEST - Date.now()));
  }

  /** It is kept now, or need not be. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#since = null;
  }

  #due = (): void => {
    this.stop();
    this.#keep();
  };
}
