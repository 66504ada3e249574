import { tick } from "svelte";
import { PATIENCE } from "../../parts/loading.svelte";
import { Paged, type Stretch } from "../../parts/paged";

/** A paged list as a component follows it: `version` counts up with every answer. */
export class Asking<Row, Answer extends Stretch<Row>> {
  version = $state(0);
  /** No answer yet, for long enough that it wants a skeleton. */
  slow = $state(false);
  readonly paged = new Paged<Row, Answer>(() => this.version++);
  readonly row = (index: number) => this.paged.row(index);

  readonly answer: Answer | null = $derived(this.version >= 0 ? this.paged.answer : null);
  readonly total: number = $derived(this.version >= 0 ? this.paged.total : 0);
  readonly problem = $derived(this.version >= 0 ? this.paged.problem : null);

  #pending = Promise.resolve();
  #asked = "";

  ask(question: (offset: number, limit: number) => Promise<Answer>, fromStart: boolean): Promise<void> {
    const timer = setTimeout(() => (this.slow = this.paged.answer === null), PATIENCE);
    return (this.#pending = this.paged.ask(question, { fromStart }).then(() => {
      clearTimeout(timer);
      this.slow = false;
    }));
  }

  /**
   * Asks a new question from its beginning. `false`: just that was asked last. Whoever types calls it at once, so that the
   * question is on its way before anything is drawn for the letter.
   */
  anew(search: object, question: (offset: number, limit: number) => Promise<Answer>): boolean {
    const asked = JSON.stringify(search);
    if (asked === this.#asked) return false;
    this.#asked = asked;
    void this.ask(question, true);
    return true;
  }

  /** The first row of the answer to what was asked last, once that has come. `undefined`: none, or it was refused. */
  async first(question: (offset: number, limit: number) => Promise<Answer>): Promise<Row | undefined> {
    // What was typed a moment ago is asked when effects run.
    await tick();
    await this.#pending;
    if (this.paged.total > 0 && this.row(0) === undefined) await this.ask(question, true);
    return this.paged.problem ? undefined : this.row(0);
  }
}
