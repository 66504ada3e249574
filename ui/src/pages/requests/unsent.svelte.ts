import { app } from "../../frame/app.svelte";
import { host } from "../../host";
import { Pace } from "../../parts/pace";
import { m } from "../../words";
import { LONGEST_NOTE } from "../change/form.svelte";

/** What is wrong with a text of which more is written than can be sent. */
export function tooLong(text: string): string | undefined {
  const count = [...text].length;
  return count > LONGEST_NOTE ? m.rq_long_err({ count, most: LONGEST_NOTE }) : undefined;
}

/** A reply, a question or a reason while it is written. */
export class Unsent {
  text = $state("");
  #of: { identity: string; request: string };
  /** As it is kept. `null`: it was not looked at yet. */
  #kept: string | null = null;
  #pace = new Pace(() => this.keep());

  constructor(identity: string, request: string) {
    this.#of = { identity, request };
  }

  /** Goes on with what an earlier window kept. */
  found(kept: string): void {
    if (this.#kept !== null) return;
    this.#kept = kept;
    if (this.text === "") this.text = kept;
  }

  /** To be called whenever the text may have changed. */
  touched(): void {
    if (this.#kept !== null && this.text !== this.#kept) this.#pace.typed();
  }

  /** Keeps it now, where that is due: with what is whose it is. */
  keep(): void {
    this.#pace.stop();
    const { text } = this;
    if (this.#kept === null || text === this.#kept || app.session?.identity !== this.#of.identity) return;
    const before = this.#kept;
    this.#kept = text;
    // What cannot be kept is there as long as the window is, and is tried again with the next letter.
    host.requests.keepUnsent({ id: this.#of.request, text }).catch(() => {
      if (this.#kept === text) this.#kept = before;
    });
  }
}

const left = new Map<string, Unsent>();

/** What was typed about a request and is not sent: whoever looks elsewhere meanwhile finds it again. */
export function unsentOf(identity: string, request: string): Unsent {
  const key = JSON.stringify([identity, request]);
  const known = left.get(key) ?? new Unsent(identity, request);
  left.set(key, known);
  return known;
}

/** For tests: another window, which knows only what is kept. */
export function forgetUnsent(): void {
  left.clear();
}
