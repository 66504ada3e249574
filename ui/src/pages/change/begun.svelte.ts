import { untrack } from "svelte";
import { app } from "../../frame/app.svelte";
import { page } from "../../frame/page.svelte";
import type { AccountView } from "../../host/bindings/AccountView";
import type { RequestView } from "../../host/bindings/RequestView";
import { Loading } from "../../parts/loading.svelte";
import { m } from "../../words";

/** What a form is begun with: the account, and the draft that one goes on with. */
interface Found {
  account: AccountView | null;
  draft: RequestView | null;
}

interface How<What extends Found, Form> {
  /** `begun`: the form is there already, and only the account may be news. */
  read: (begun: boolean) => Promise<What>;
  /** `null`: it cannot be asked for. */
  make: (found: What, draft: RequestView | null) => Form | null;
  follow: (form: Form, found: What) => void;
  /** One came to ask, and not to that very draft: it is said that one goes on with it. */
  tells: () => boolean;
  /** The title of the page as long as there is no form. */
  title: (found: What | null) => string;
}

/** A form that is begun, or gone on with as it was left. To be made while its page is. */
export class Begun<What extends Found, Form> {
  readonly loading = new Loading<What>();
  form: Form | null = $state.raw(null);
  /** When the draft that one goes on with was kept, to be said. */
  resumed: string | null = $state(null);
  /** What it asks for cannot be changed any more. */
  locked = $state(false);
  #how: How<What, Form>;

  constructor(how: How<What, Form>) {
    this.#how = how;
    $effect(() => untrack(() => void this.load()));
    let seen = app.changed;
    $effect(() => {
      if (app.changed === seen) return;
      seen = app.changed;
      untrack(() => void this.load());
    });
    $effect(() => {
      if (!this.form) page.describe({ title: how.title(this.loading.value), keys: [{ keys: "Esc", does: m.key_back() }] });
    });
  }

  async load(): Promise<void> {
    const { loading } = this;
    await loading.ask(() => this.#how.read(this.form !== null));
    const { value } = loading;
    if (!value || loading.problem) return;
    if (this.form) return this.#how.follow(this.form, value);
    this.locked = value.draft !== null && !value.draft.can.edit;
    if (this.locked) return;
    this.form = this.#how.make(value, value.draft);
    if (this.form && this.#how.tells() && value.draft) this.resumed = value.draft.changedAt;
  }

  /** Another one, with nothing filled in. */
  anew(): void {
    const { value } = this.loading;
    if (value) this.form = this.#how.make(value, null);
    this.resumed = null;
  }
}
