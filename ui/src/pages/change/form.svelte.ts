import type { AccessChange } from "../../host/bindings/AccessChange";
import type { AccountView } from "../../host/bindings/AccountView";
import type { GrantView } from "../../host/bindings/GrantView";
import type { InstitutionView } from "../../host/bindings/InstitutionView";
import type { PersonChoice } from "../../host/bindings/PersonChoice";
import type { Principal } from "../../host/bindings/Principal";
import type { RequestForm } from "../../host/bindings/RequestForm";
import type { RequestKind } from "../../host/bindings/RequestKind";
import type { RequestView } from "../../host/bindings/RequestView";
import type { RightId } from "../../host/bindings/RightId";
import { m } from "../../words";
import type { Holding } from "./faults";
import { same } from "./presets";

/** Longest note, in characters, and most people in one request, as Rust holds them. */
export const LONGEST_NOTE = 2000;
export const MOST_PEOPLE = 500;

/** Somebody in the form: what they hold in the record, and what they are to hold. */
export class Entry {
  before: readonly RightId[] = $state.raw([]);
  rights: readonly RightId[] = $state.raw([]);
  /** Not in the record: to be added. */
  added = $state(false);
  /** Each right is ticked by hand. */
  each = $state(false);

  constructor(
    readonly to: Principal,
    before: readonly RightId[],
    rights: readonly RightId[],
    added = false,
  ) {
    this.before = before;
    this.rights = rights;
    this.added = added;
  }

  get differs(): boolean {
    return this.added || !same(this.before, this.rights);
  }
}

type Grant = Pick<GrantView, "to" | "rights">;

/** Who is to have access, held against who has it. */
export class People {
  entries: readonly Entry[] = $state.raw([]);
  /** Entries of a list that name nobody for certain yet. */
  unsorted: readonly string[] = $state.raw([]);
  /** What stands where somebody is looked for. */
  typed = $state("");

  constructor(grants: readonly Grant[], wishes: readonly AccessChange[], unsorted: readonly string[] = [], typed = "") {
    this.unsorted = unsorted;
    this.typed = typed;
    const wanted = new Map(wishes.map((change) => [change.to.id, change]));
    const held = grants.map(({ to, rights }) => new Entry(to, rights, wanted.get(to.id)?.rights ?? rights));
    const known = new Set(held.map(({ to }) => to.id));
    const added = [...wanted.values()].filter(({ to }) => !known.has(to.id)).map(({ to, rights }) => new Entry(to, [], rights, true));
    this.entries = [...held, ...added];
  }

  readonly holders: Entry[] = $derived(this.entries.filter(({ added }) => !added));
  readonly added: Entry[] = $derived(this.entries.filter(({ added }) => added));
  /** What it asks for: whoever is to hold something else than they hold, and whoever is new. Worked out where it is read: whoever leaves the page still keeps a whole draft. */
  get changes(): AccessChange[] {
    return this.entries.filter(({ differs }) => differs).map(({ to, rights }) => ({ to, rights: [...rights] }));
  }

  /** Takes whoever has access now. What the person has changed stays as they want it. */
  followGrants(grants: readonly Grant[]): void {
    const now = new Map(grants.map((grant) => [grant.to.id, grant]));
    const kept = this.entries.filter(({ to, rights, differs, added }) => now.has(to.id) || (rights.length > 0 && differs) || added);
    for (const one of kept) {
      const held = now.get(one.to.id)?.rights ?? [];
      if (!one.differs) one.rights = held;
      one.added = !now.has(one.to.id);
      one.before = held;
      now.delete(one.to.id);
    }
    this.entries = [...kept, ...[...now.values()].map(({ to, rights }) => new Entry(to, rights, rights))];
  }

  /** Why somebody cannot be added. `null`: they can. */
  obstacleTo({ principal: { id, hasLeft }, entitled }: PersonChoice, owner: Principal | null, ownerWord: string): string | null {
    if (owner?.id === id) return m.ca_is_owner({ owner: ownerWord });
    const known = this.entries.find(({ to }) => to.id === id);
    if (known) return known.added ? m.ca_is_new() : m.ca_already();
    if (hasLeft) return m.ca_has_left();
    return entitled === false ? m.ca_not_entitled() : null;
  }

  /** Adds somebody, unless they are there or own it. */
  include(to: Principal, owner: Principal | null): "added" | "already" {
    if (owner?.id === to.id || this.entries.some((entry) => entry.to.id === to.id)) return "already";
    this.add(to);
    return "added";
  }

  /** Adds somebody with what was chosen for whoever was added before them. */
  add(to: Principal): void {
    const last = this.added.at(-1);
    const entry = new Entry(to, [], last?.rights ?? [], true);
    entry.each = last?.each ?? false;
    this.entries = [...this.entries, entry];
  }

  remove(id: string): void {
    this.entries = this.entries.filter(({ to, added }) => !added || to.id !== id);
  }

  /** Gives everybody else who is new what `from` is given. */
  giveAll(from: Entry): void {
    for (const one of this.added) Object.assign(one, { rights: from.rights, each: from.each });
  }
}

/** A form with nothing in it, as Rust wants it whole. */
export function blank(kind: RequestKind): RequestForm {
  return { id: null, kind, account: null, changes: [], owner: null, accountKind: null, username: "", displayName: "", begins: "", ends: "", policyAccepted: false, answers: {}, note: "", unsorted: [], typedNames: { access: "", owner: "" } };
}

/** What the person has filled in, held against the account as it is known now. */
export class Form extends People implements Holding {
  id: string | null = $state(null);
  note = $state("");
  /** From when until when, as typed. */
  begins = $state("");
  ends = $state("");
  /** The day from which it was wanted, where that has come since. */
  readonly come: string | null;
  account: AccountView = $state.raw() as AccountView;

  /** It waits to be sent as it was: kept again, it is a draft again. */
  waiting = false;
  readonly refused: RequestView["refused"];

  constructor(account: AccountView, draft: Pick<RequestView, "id" | "form" | "status" | "begun" | "refused"> | null) {
    super(grantsOf(account), draft?.form.changes ?? [], draft?.form.unsorted, draft?.form.typedNames.access);
    this.id = draft?.id ?? null;
    this.waiting = draft?.status.status === "waiting-for-connection";
    this.note = draft?.form.note ?? "";
    this.begins = draft?.form.begins ?? "";
    this.ends = draft?.form.ends ?? "";
    this.come = draft?.begun ?? null;
    this.refused = draft?.refused ?? [];
    this.account = account;
  }

  /** Whether anybody is to be given something, which then could end. */
  readonly gives: boolean = $derived.by(() => this.entries.some(({ before, rights }) => rights.some((right) => !before.includes(right))));

  whole(): RequestForm {
    return { ...blank("change-access"), id: this.id, account: this.account.id, changes: this.changes, begins: this.begins, ends: this.ends, note: this.note, unsorted: [...this.unsorted], typedNames: { access: this.typed, owner: "" } };
  }

  holds(field: string): string {
    const person = this.entries.find(({ to }) => field === `p-${to.id}`);
    // Whoever is taken out of the form has nothing in it.
    if (field.startsWith("p-")) return JSON.stringify(person?.rights ?? null);
    return field === "note" ? this.note : JSON.stringify({ ...this.whole(), id: null });
  }

  follow(account: AccountView): void {
    this.account = account;
    this.followGrants(grantsOf(account));
  }

  obstacle(choice: PersonChoice, { words }: InstitutionView): string | null {
    return this.obstacleTo(choice, this.account.owner, words.owner);
  }
}

export function grantsOf({ access }: AccountView): readonly Grant[] {
  return access.shown === "all" ? access.grants : [];
}
