import { app } from "../../frame/app.svelte";
import { host } from "../../host";
import type { RequestPage } from "../../host/bindings/RequestPage";

/** The requests under way, asked for once however many places on the screen show them. */
class Open {
  page: RequestPage | null = $state.raw(null);

  #of: string | null = null;
  #asked = -1;

  /** To be called by whoever shows them whenever something has changed. */
  follow(): void {
    const of = app.session?.identity ?? null;
    if (of !== this.#of) this.page = null;
    else if (app.changed === this.#asked) return;
    this.#of = of;
    this.#asked = app.changed;
    void this.#ask(app.changed);
  }

  async #ask(turn: number): Promise<void> {
    // What cannot be looked at now was so a moment ago, and is asked for again with the next change.
    const page = await host.requests.list("open").catch(() => null);
    if (page && turn === this.#asked) this.page = page;
  }
}

export const open = new Open();
