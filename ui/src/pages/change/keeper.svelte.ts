import { host, rejection, type Rejection } from "../../host";
import type { RequestForm } from "../../host/bindings/RequestForm";
import { Pace } from "../../parts/pace";

/** What a form has to be like to be kept. */
export interface Keepable {
  id: string | null;
  /** It waits to be sent as it was: kept again, it is a draft again. */
  waiting: boolean;
  whole(): RequestForm;
}

/** Keeps what is typed as a draft, one try after the other, so that a kill loses no more than the last moment. */
export class Keeper {
  state: "untouched" | "due" | "saving" | "saved" = $state("untouched");
  savedAt = $state(0);
  problem: Rejection | null = $state.raw(null);
  #form: Keepable;
  #kept: string;
  #pace = new Pace(() => void this.save());
  #last: Promise<unknown> = Promise.resolve();

  constructor(form: Keepable) {
    this.#form = form;
    this.#kept = this.#typed();
  }

  /** To be called whenever the form may have changed. */
  touched(): void {
    if (this.#typed() === this.#kept) return;
    this.state = "due";
    this.#pace.typed();
  }

  /** Keeps it now. Gives the draft, or `null` where it was refused. */
  save(): Promise<string | null> {
    this.#pace.stop();
    const turn = this.#last.then(() => this.#save());
    this.#last = turn;
    return turn;
  }

  /** Keeps what is due, for whoever leaves the page. */
  async leave(): Promise<void> {
    if (this.#typed() !== this.#kept) await this.save();
    this.#pace.stop();
  }

  async #save(): Promise<string | null> {
    const typed = this.#typed();
    if (typed === this.#kept && this.#form.id !== null && !this.#form.waiting) {
      this.state = "saved";
      return this.#form.id;
    }
    this.state = "saving";
    try {
      this.#form.id = await host.requests.saveDraft(this.#form.whole());
      this.#kept = typed;
      this.#form.waiting = false;
      this.problem = null;
      this.savedAt = Date.now();
      this.state = this.#typed() === typed ? "saved" : "due";
      return this.#form.id;
    } catch (thrown) {
      this.problem = rejection(thrown);
      this.state = "due";
      return null;
    }
  }

  #typed(): string {
    return JSON.stringify({ ...this.#form.whole(), id: null });
  }
}
