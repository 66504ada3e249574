import { host } from "../../host";
import type { NameCheck } from "../../host/bindings/NameCheck";
import type { NameFault } from "../../host/bindings/NameFault";

/** How long nothing is typed before it is asked, in milliseconds. */
const PAUSE = 300;

/** Looks at a username while it is typed. */
export class NameWatch {
  /** What was told last. `null`: nothing yet of what is typed now. */
  check: NameCheck | null = $state.raw(null);
  asking = $state(false);
  /** It could not even be held against the rules. */
  failed = $state(false);
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `owner`: whoever is to own it, where that is known: a unit may have a beginning of its own for its names. */
  typed(name: string, owner: string | null): void {
    const turn = ++this.#turn;
    clearTimeout(this.#timer);
    this.check = null;
    this.failed = false;
    this.asking = name.trim() !== "";
    if (this.asking) this.#timer = setTimeout(() => void this.#ask(name, owner, turn), PAUSE);
  }

  /** Whether `name` is known to be taken. */
  taken(name: string): boolean {
    return this.check?.typed === name && this.check.taken === true;
  }

  /** What is known to be wrong with `name`. */
  faults(name: string): readonly NameFault[] {
    return this.check?.typed === name ? this.check.faults : [];
  }

  stop(): void {
    this.#turn++;
    clearTimeout(this.#timer);
  }

  async #ask(name: string, owner: string | null, turn: number): Promise<void> {
    const answer = await host.requests.checkName(name, owner).catch(() => null);
    if (turn !== this.#turn) return;
    this.check = answer;
    this.failed = answer === null;
    this.asking = false;
  }
}
