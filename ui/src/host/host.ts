import type { AccountPage } from "./bindings/AccountPage";
import type { AccountTrail } from "./bindings/AccountTrail";
import type { AccountView } from "./bindings/AccountView";
import type { Decision } from "./bindings/Decision";
import type { DueReminder } from "./bindings/DueReminder";
import type { FoundPeople } from "./bindings/FoundPeople";
import type { Freshness } from "./bindings/Freshness";
import type { Home } from "./bindings/Home";
import type { InstitutionChoice } from "./bindings/InstitutionChoice";
import type { InstitutionView } from "./bindings/InstitutionView";
import type { LookUp } from "./bindings/LookUp";
import type { NameCheck } from "./bindings/NameCheck";
import type { Offer } from "./bindings/Offer";
import type { PeoplePage } from "./bindings/PeoplePage";
import type { PeopleSearch } from "./bindings/PeopleSearch";
import type { PersonId } from "./bindings/PersonId";
import type { PersonView } from "./bindings/PersonView";
import type { PlanView } from "./bindings/PlanView";
import type { Preferences } from "./bindings/Preferences";
import type { Problem } from "./bindings/Problem";
import type { RequestFacet } from "./bindings/RequestFacet";
import type { RequestForm } from "./bindings/RequestForm";
import type { RequestId } from "./bindings/RequestId";
import type { RequestPage } from "./bindings/RequestPage";
import type { RequestRow } from "./bindings/RequestRow";
import type { RequestView } from "./bindings/RequestView";
import type { Resolution } from "./bindings/Resolution";
import type { Said } from "./bindings/Said";
import type { Search } from "./bindings/Search";
import type { SignInRequest } from "./bindings/SignInRequest";
import type { SignInState } from "./bindings/SignInState";
import type { Start } from "./bindings/Start";

/** What a refused command rejects with. `cancelled` is a question that the person closed: nobody's fault. */
export type Rejection = Problem;

/** What Rust tells without being asked. `null`: ask again for what is on screen. */
export interface News {
  "session-changed": null;
  "institution-named": null;
  "accounts-changed": null;
  "requests-changed": null;
  /** It has another status than before, without the reader's doing. */
  "request-moved": RequestRow;
  /** The day of one of the reader's requests has come. */
  "reminder-due": DueReminder;
  freshness: Freshness;
  "sign-in": SignInState;
}

/** The one door between screens and Rust. Every answer may be refused with a {@link Rejection}. */
export interface Host {
  app: {
    start(): Promise<Start>;
    /** `https`, `mailto` and `tel` only. */
    openLink(url: string): Promise<void>;
    dismissSalvage(): Promise<void>;
    /** Shows a notice on the desktop, unless the window is in front or the person wants none. */
    notify(notice: { title: string; body: string }): Promise<void>;
  };
  institutions: {
    /** `null` opens the system's file chooser. */
    addFromFile(path: string | null): Promise<InstitutionChoice>;
    details(id: string): Promise<InstitutionView>;
  };
  identity: {
    /** Begins; progress comes as `sign-in`. */
    signIn(request: SignInRequest): Promise<void>;
    cancelSignIn(): Promise<void>;
    openAgain(): Promise<void>;
    switchTo(id: string): Promise<void>;
    signOut(forget: boolean): Promise<void>;
    /** `null` asks the keychain to unlock, or tries again. */
    unlock(passphrase: string | null): Promise<void>;
    forget(id: string): Promise<void>;
    setPassphrase(passphrase: string): Promise<void>;
    /** Whether this identity's units are kept on this computer. */
    keepUnit(keep: boolean): Promise<void>;
    /** Looks whether what stands in the way is gone. Asks nobody for anything. */
    tryAgain(): Promise<void>;
    /** Leaves what stands in the way where it is. */
    goOnWithout(): Promise<void>;
  };
  accounts: {
    search(search: Search): Promise<AccountPage>;
    account(id: string): Promise<AccountView>;
    people(search: PeopleSearch): Promise<PeoplePage>;
    person(id: string): Promise<PersonView>;
    home(): Promise<Home>;
    checkNow(): Promise<void>;
    lookUp(query: string): Promise<LookUp>;
    /** What was asked for about an account, and what became of it; `ask`: as the desk tells it now. */
    trail(id: string, ask: boolean): Promise<AccountTrail>;
  };
  requests: {
    list(facet: RequestFacet): Promise<RequestPage>;
    get(id: RequestId): Promise<RequestView>;
    /** What can be asked for about an account; `null`: about none. */
    offers(account: string | null): Promise<Offer[]>;
    /** Whether a new account may have the name, with whoever is to own it where that is known. */
    checkName(name: string, owner: PersonId | null): Promise<NameCheck>;
    /** Whether the desk can be reached now. */
    deskAnswers(): Promise<boolean>;
    /** Whoever asked tried it, and it works. */
    tried(id: RequestId): Promise<void>;
    /** Nothing more is reminded of about the end of what it gave. */
    letBe(id: RequestId): Promise<void>;
    /** What a form would come to. Keeps nothing. */
    plan(form: RequestForm): Promise<PlanView>;
    saveDraft(form: RequestForm): Promise<RequestId>;
    /** Sends it, or keeps it to be sent where the desk cannot be reached. */
    send(id: RequestId): Promise<void>;
    discard(id: RequestId): Promise<void>;
    withdraw(id: RequestId): Promise<void>;
    /** A new draft that gives back what the request changed. */
    undo(id: RequestId): Promise<RequestId>;
    resolve(id: RequestId, resolution: Resolution): Promise<void>;
    /** It may then be there twice. */
    sendAgain(id: RequestId): Promise<void>;
    /** Takes that back, as long as it has not gone. */
    holdBack(id: RequestId): Promise<void>;
    /** A new draft with what is in a request that came to nothing. Gives its id. */
    anew(id: RequestId): Promise<RequestId>;
    /** Looks at the desk and at the record now. With `id` also at a request that is finished. */
    check(id: RequestId | null): Promise<void>;
    /** Answers what was asked about one's own request, or asks about somebody else's before deciding. */
    say(said: Said): Promise<void>;
    /** Keeps what is written to be said, so that it is there again after a kill. An empty text: nothing. */
    keepUnsent(said: Said): Promise<void>;
    /** Whether it was decided: not where the account has changed since it was asked. Then the request shows how. */
    decide(decision: Decision): Promise<boolean>;
    findPeople(query: string): Promise<FoundPeople>;
  };
  settings: {
    set(preferences: Preferences): Promise<Preferences>;
  };
  /** Calls `hear` on each news until the returned function is called. */
  on<Topic extends keyof News>(topic: Topic, hear: (news: News[Topic]) => void): () => void;
}

/** Whatever was thrown, as a rejection: a closed set of codes, or `internal`. */
export function rejection(thrown: unknown): Rejection {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string") {
    const { code, message, retryAfter, profile, said } = thrown as Partial<Rejection> & { code: Rejection["code"] };
    return { code, message: message ?? "", retryAfter: retryAfter ?? null, profile: profile ?? null, said: said ?? null };
  }
  return { code: "internal", message: thrown instanceof Error ? thrown.message : String(thrown), retryAfter: null, profile: null, said: null };
}
