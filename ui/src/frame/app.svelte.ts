import { host, rejection, type Rejection } from "../host";
import type { DueReminder } from "../host/bindings/DueReminder";
import type { Freshness } from "../host/bindings/Freshness";
import type { Home } from "../host/bindings/Home";
import type { IdentitySummary } from "../host/bindings/IdentitySummary";
import type { InstitutionChoice } from "../host/bindings/InstitutionChoice";
import type { InstitutionView } from "../host/bindings/InstitutionView";
import type { Kind } from "../host/bindings/Kind";
import type { Preferences } from "../host/bindings/Preferences";
import type { RequestRow } from "../host/bindings/RequestRow";
import type { Session } from "../host/bindings/Session";
import type { SetAside } from "../host/bindings/SetAside";
import type { SignInRequest } from "../host/bindings/SignInRequest";
import type { SignInState } from "../host/bindings/SignInState";
import type { Start } from "../host/bindings/Start";
import { speak } from "../words";
import { prepareDates } from "../words/dates";
import { apply } from "./appearance";
import { navigation } from "./navigation.svelte";

const defaults: Preferences = { theme: "system", textSize: 100, singleKeys: true, notices: true, locale: null };

/** Somebody has just signed out here, or was forgotten: then nothing tells who. */
export interface Departed {
  identity: IdentitySummary | null;
}

/** What stands above Home until it has been read: nothing is kept, or a broken list of identities was set aside. */
export type Dismissable = "nothing-kept" | "set-aside";

/** What the whole window knows: who is signed in where, how fresh it is, and a sign-in under way. */
class App {
  start: Start | null = $state.raw(null);
  problem: Rejection | null = $state.raw(null);
  freshness: Freshness | null = $state.raw(null);
  signIn: SignInState = $state.raw({ state: "idle" });
  /** What is being signed in to, for words and another try. */
  request: SignInRequest | null = $state.raw(null);
  /** Institutions whose sign-in turned out to give no codes, whatever their files say. */
  #codeless: readonly string[] = $state.raw([]);
  preferences: Preferences = $state.raw(defaults);
  /** Until another page is shown. */
  departed: Departed | null = $state.raw(null);
  /** What the person has read above Home, for as long as the window is there. */
  dismissed: readonly Dismissable[] = $state.raw([]);
  /** Counts up when stored accounts or requests have changed: whatever is on screen asks again. */
  changed = $state(0);
  locale = $state(speak(null));
  /** List and details are two pages. */
  narrow = $state(false);

  readonly session: Session | null = $derived(this.start?.session ?? null);
  /** What is read and written here outlives the window. */
  readonly keeps: boolean = $derived(this.session?.keeping !== "nothing");
  /** The list of identities was broken at this start, and nobody has read that yet. */
  readonly setAside: SetAside | null = $derived(this.dismissed.includes("set-aside") ? null : (this.start?.setAside ?? null));
  /** Whoever is on the screen, by name, where this computer knows others too: what waits to be sent goes only with them there. */
  readonly among: string | null = $derived((this.start?.identities.length ?? 0) > 1 ? (this.session?.me.name ?? null) : null);
  /** What is on screen belongs to the practice campus: the request under way, the session, or what cannot be opened. */
  readonly practice: boolean = $derived.by(() => {
    if (this.signingIn) return this.request?.connection === "practice";
    if (this.session) return this.session.connection === "practice";
    return this.start?.obstacle?.connection === "practice";
  });

  dismiss(read: Dismissable): void {
    this.dismissed = [...this.dismissed, read];
  }

  get signingIn(): boolean {
    return ["preparing", "in-browser", "device-code", "finishing", "failed"].includes(this.signIn.state);
  }

  /** Hears the host and asks for the first answer. Returns what stops the hearing. */
  open(): () => void {
    const stops = [
      host.on("session-changed", () => void this.ask()),
      host.on("institution-named", () => {
        navigation.go({ page: "add" });
        void this.ask();
      }),
      host.on("accounts-changed", () => this.changed++),
      host.on("requests-changed", () => this.changed++),
      host.on("request-moved", notice),
      host.on("reminder-due", notice),
      host.on("freshness", (freshness) => this.#refreshed(freshness)),
      host.on("sign-in", (state) => this.#heard(state)),
    ];
    void this.ask();
    return () => stops.forEach((stop) => stop());
  }

  /** Asks where everything stands, and shows that. */
  async ask(): Promise<void> {
    const turn = ++this.#asked;
    const heard = this.#freshnessHeard;
    try {
      const asked = host.app.start();
      prepareDates();
      const start = await asked;
      // A later question has the later answer.
      if (turn !== this.#asked) return;
      const before = this.session?.identity;
      this.start = start;
      this.problem = null;
      // News that came while the answer was on its way is newer than the answer.
      if (heard === this.#freshnessHeard || !start.session) this.freshness = start.session?.freshness ?? null;
      if (start.signIn.state !== "done" && start.signIn.state !== "cancelled") this.signIn = start.signIn;
      this.#prefer(start.preferences);
      if (before !== undefined && before !== start.session?.identity) navigation.go({ page: "home" });
      this.changed++;
      this.#home = { home: start.home, changed: this.changed };
    } catch (thrown) {
      this.problem = rejection(thrown);
    }
  }

  /** What the first page says, where that came with the last answer and nothing has changed since. */
  get home(): Home | null {
    return this.#home.changed === this.changed ? this.#home.home : null;
  }

  async beginSignIn(request: SignInRequest): Promise<void> {
    this.request = request;
    this.signIn = { state: "preparing" };
    try {
      await host.identity.signIn(request);
    } catch (thrown) {
      const problem = rejection(thrown);
      this.#heard(problem.code === "cancelled" ? { state: "cancelled" } : { state: "failed", problem });
    }
  }

  /** Whether signing in with a code can be offered, as far as the institution's file and earlier tries tell. */
  offersCode(choice: InstitutionChoice | undefined): boolean {
    return choice !== undefined && choice.deviceCode && !this.#codeless.includes(choice.id);
  }

  /** Leaves the sign-in page, whether a sign-in still runs behind it or has failed. */
  async leaveSignIn(): Promise<void> {
    this.signIn = { state: "idle" };
    await host.identity.cancelSignIn().catch(() => undefined);
  }

  /** Signs in again as the identity that is shown. */
  signInAgain(): void {
    const session = this.session;
    if (!session) return;
    const { identity, connection, institution } = session;
    void this.beginSignIn({ institution: institution.id, connection, way: "browser", another: false, again: identity });
  }

  /** Shows the choice at once; goes back to what Rust answers, or to what was where Rust refuses. */
  async prefer(change: Partial<Preferences>): Promise<void> {
    const before = this.preferences;
    this.#prefer({ ...before, ...change });
    try {
      this.#prefer(await host.settings.set(this.preferences));
    } catch (thrown) {
      this.#prefer(before);
      throw rejection(thrown);
    }
  }

  /** Fits the page to the window's size. */
  fit(): void {
    this.narrow = apply(this.preferences).narrow;
  }

  #asked = 0;
  #home: { home: Home | null; changed: number } = { home: null, changed: 0 };
  #freshnessHeard = 0;

  #refreshed(freshness: Freshness): void {
    this.#freshnessHeard++;
    this.freshness = freshness;
  }

  #prefer(preferences: Preferences): void {
    this.preferences = preferences;
    this.fit();
    this.locale = speak(preferences.locale ?? this.session?.institution.locale ?? null);
  }

  #heard(state: SignInState): void {
    this.signIn = state;
    if (state.state === "failed" && state.problem.code === "not-offered" && this.request?.way === "device-code")
      this.#codeless = [...this.#codeless, this.request.institution];
    if (state.state !== "done") return;
    if (navigation.route.page === "add") navigation.go({ page: "home" });
    void this.ask();
  }
}

/** Lets the desktop tell of it. */
const notice = (news: RequestRow | DueReminder) => void import("./notices").then(({ tell }) => tell(news));

export const app = new App();

/** A kind by its identifier. `undefined` where the profile does not know it. */
export function kindOf(institution: InstitutionView, id: string): Kind | undefined {
  return institution.kinds.find((kind) => kind.id === id);
}
