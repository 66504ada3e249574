import type { AccountView } from "../../host/bindings/AccountView";
import type { Answer } from "../../host/bindings/Answer";
import type { InstitutionView } from "../../host/bindings/InstitutionView";
import type { Kind } from "../../host/bindings/Kind";
import type { Offer } from "../../host/bindings/Offer";
import type { Principal } from "../../host/bindings/Principal";
import type { Question } from "../../host/bindings/Question";
import type { RequestForm } from "../../host/bindings/RequestForm";
import type { RequestView } from "../../host/bindings/RequestView";
import type { Holding } from "../change/faults";
import { blank, grantsOf, People } from "../change/form.svelte";
import type { Keepable } from "../change/keeper.svelte";
import { kindsOf, usualKind } from "./advice";

/** The answer that says why an exceptional kind of account is wanted, as Rust knows it. */
export const REASON = "reason";

/** Whether something is asked of an account of that kind: where no kinds are named, of any. */
const isFor = (kinds: readonly string[], kind: string | null): boolean => kinds.length === 0 || (kind !== null && kinds.includes(kind));

/** What the person has filled in of any request but for access. Each kind reads its own fields. */
export class Asked implements Keepable, Holding {
  id: string | null = $state(null);
  account: AccountView | null = $state.raw(null);
  /** Whoever is to be given access with it. */
  readonly people: People;
  owner: Principal | null = $state.raw(null);
  /** What stands where the owner is looked for. */
  typedOwner = $state("");
  accountKind: string | null = $state(null);
  username = $state("");
  displayName = $state("");
  /** As typed. */
  ends = $state("");
  policyAccepted = $state(false);
  /** Answers as they are typed or ticked, by question. */
  given: Record<string, string | boolean> = $state({});
  note = $state("");
  waiting = false;
  readonly refused: RequestView["refused"];

  constructor(
    readonly offer: Offer,
    readonly institution: InstitutionView,
    account: AccountView | null,
    draft: Pick<RequestView, "id" | "form" | "status" | "refused"> | null,
  ) {
    const form = draft?.form ?? blank(offer.kind);
    this.id = draft?.id ?? null;
    this.waiting = draft?.status.status === "waiting-for-connection";
    this.refused = draft?.refused ?? [];
    this.account = account;
    this.people = new People(account ? grantsOf(account) : [], form.changes, form.unsorted, form.typedNames.access);
    this.owner = form.owner;
    this.typedOwner = form.typedNames.owner;
    // A new account begins as the kind that is right for most.
    this.accountKind = draft || offer.kind !== "new-account" ? form.accountKind : (usualKind(kindsOf(offer, institution))?.id ?? null);
    this.username = form.username;
    this.displayName = form.displayName || (offer.kind === "set-details" ? (account?.name ?? "") : "");
    this.ends = form.ends;
    this.policyAccepted = form.policyAccepted;
    this.given = Object.fromEntries(Object.entries(form.answers).map(([id, answer]) => [id, typeof answer === "number" ? String(answer) : (answer as string | boolean)]));
    this.note = form.note;
  }

  // What follows is worked out where it is read: whoever leaves the page still keeps a whole draft.
  /** The kind of a new account. */
  get kind(): Kind | undefined {
    return this.#kindOf(this.accountKind);
  }

  /** The owner that follows from the kind, so that nobody is chosen. */
  get setOwner(): Principal | null {
    return this.offer.owners.find(({ accountKinds }) => this.accountKind !== null && accountKinds.includes(this.accountKind))?.owner ?? null;
  }

  /** A new account of this kind is an exception: it needs a reason and an end. */
  get exceptional(): boolean {
    return this.offer.kind === "new-account" && this.kind?.advice === "discouraged";
  }

  /** The kind of the account as it is to be afterwards. `null`: none is chosen yet, or there is no account. */
  get kindAfter(): string | null {
    const { kind, becomes } = this.offer;
    if (kind === "new-account") return this.accountKind;
    return (kind === "remove-password" ? becomes : null) ?? this.account?.kind ?? null;
  }

  /** Whether people can be given access with it: not where a password opens the account. */
  get delegates(): boolean {
    const { kind, becomes } = this.offer;
    if (this.institution.rights.length === 0) return false;
    const id = kind === "new-account" ? this.accountKind : kind === "remove-password" ? becomes : kind === "hand-over" ? (this.account?.kind ?? null) : null;
    const known = this.#kindOf(id);
    return known !== undefined && known.usedBy !== "shared-sign-in";
  }

  /** What has to be accepted, for an account of that kind. */
  get policy(): string | null {
    return isFor(this.offer.policyKinds, this.kindAfter) ? this.offer.policy : null;
  }

  /** The institution's questions about an account of that kind; of the reason for an exception only an exception is asked. */
  get questions(): Question[] {
    return this.offer.questions.filter(({ id, kinds }) => isFor(kinds, this.kindAfter) && !(this.offer.kind === "new-account" && id === REASON));
  }

  /** The institution's own question about that reason, where it has one. */
  get reason(): Question | undefined {
    return this.offer.questions.find(({ id }) => id === REASON);
  }

  /** Whether somebody is looked for who is to answer for it. */
  get looksForOwner(): boolean {
    return this.offer.kind === "hand-over" || (this.offer.kind === "new-account" && this.setOwner === null);
  }

  get wantsEnd(): boolean {
    return this.exceptional || this.offer.kind === "renew";
  }

  whole(): RequestForm {
    const { kind } = this.offer;
    const isNew = kind === "new-account";
    const name = this.displayName.trim();
    return {
      id: this.id,
      kind,
      account: this.account?.id ?? null,
      changes: this.delegates ? this.people.changes : [],
      owner: isNew ? (this.setOwner ?? this.owner) : kind === "hand-over" ? this.owner : null,
      accountKind: isNew ? this.accountKind : null,
      username: isNew ? this.username.trim() : "",
      begins: "",
      displayName: isNew || (kind === "set-details" && name !== this.account?.name) ? name : "",
      ends: this.wantsEnd ? this.ends : "",
      policyAccepted: this.policyAccepted && this.policy !== null,
      answers: this.#answers(),
      note: this.note,
      unsorted: this.delegates ? [...this.people.unsorted] : [],
      typedNames: { access: this.delegates ? this.people.typed : "", owner: this.looksForOwner ? this.typedOwner : "" },
    };
  }

  /** What a field holds: an error is told of that, and no longer once it holds something else. */
  holds(field: string): string {
    const value: Record<string, unknown> = {
      kind: this.accountKind, owner: (this.setOwner ?? this.owner)?.id, username: this.username, "display-name": this.displayName, ends: this.ends, policy: this.policyAccepted, note: this.note,
      who: this.people.changes, [`q-${REASON}`]: this.given[REASON],
    };
    const person = this.people.entries.find(({ to }) => field === `p-${to.id}`);
    if (field in value) return JSON.stringify(value[field]) ?? "";
    if (field.startsWith("q-")) return JSON.stringify(this.given[field.slice(2)]) ?? "";
    if (field.startsWith("p-")) return JSON.stringify(person?.rights) ?? "";
    return JSON.stringify({ ...this.whole(), id: null });
  }

  follow(account: AccountView | null): void {
    // A name that nobody has touched is the record's: it moves with it, and is not asked for.
    if (this.offer.kind === "set-details" && account && this.displayName === this.account?.name) this.displayName = account.name;
    this.account = account;
    if (account) this.people.followGrants(grantsOf(account));
  }

  #kindOf(id: string | null): Kind | undefined {
    return this.institution.kinds.find((kind) => kind.id === id);
  }

  #answers(): RequestForm["answers"] {
    const answers: RequestForm["answers"] = {};
    for (const { id, answer } of this.questions) {
      const given = asAnswer(this.given[id], answer);
      if (given !== null) answers[id] = given;
    }
    const reason = asAnswer(this.given[REASON], { type: "long-text", max: null });
    if (this.exceptional && reason !== null) answers[REASON] = reason;
    return answers;
  }
}

/** What was typed as an answer, or `null` where there is none. What is no number stays as it was typed. */
export function asAnswer(given: string | boolean | undefined, asked: Question["answer"]): Answer | null {
  if (given === undefined || typeof given === "boolean") return given ?? null;
  const text = given.trim();
  if (text === "") return null;
  return asked.type === "number" && isWhole(text) ? Number(text) : text;
}

export const isWhole = (text: string) => /^-?\d{1,15}$/.test(text.trim());
