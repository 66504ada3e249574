import { rejection, type Rejection } from "../host";

/** After how many milliseconds without an answer a skeleton is drawn. */
export const PATIENCE = 400;

/** An answer on its way: the last one stays until the next comes, and a late one never replaces a newer. */
export class Loading<Answer> {
  value: Answer | null = $state.raw(null);
  problem: Rejection | null = $state.raw(null);
  /** Nothing to show yet, and long enough ago that it wants a skeleton. */
  slow = $state(false);
  busy = $state(false);
  #turn = 0;

  /** Asks. With `fresh`, what was shown belongs to something else and goes at once. */
  async ask(question: () => Promise<Answer>, { fresh = false } = {}): Promise<void> {
    const turn = ++this.#turn;
    if (fresh) this.value = null;
    this.busy = true;
    const timer = setTimeout(() => (this.slow = this.value === null), PATIENCE);
    try {
      const answer = await question();
      if (turn !== this.#turn) return;
      this.value = answer;
      this.problem = null;
    } catch (thrown) {
      if (turn === this.#turn) this.problem = rejection(thrown);
    } finally {
      clearTimeout(timer);
      if (turn === this.#turn) this.slow = this.busy = false;
    }
  }
}
