import type { AccessChange } from "../bindings/AccessChange";
import type { AccessForm } from "../bindings/AccessForm";
import type { AccountView } from "../bindings/AccountView";
import type { Asks } from "../bindings/Asks";
import type { Decision } from "../bindings/Decision";
import type { FoundPeople } from "../bindings/FoundPeople";
import type { PersonChoice } from "../bindings/PersonChoice";
import type { PersonRef } from "../bindings/PersonRef";
import type { PlanView } from "../bindings/PlanView";
import type { Problem } from "../bindings/Problem";
import type { RequestActs } from "../bindings/RequestActs";
import type { RequestEvent } from "../bindings/RequestEvent";
import type { RequestFacet } from "../bindings/RequestFacet";
import type { RequestPage } from "../bindings/RequestPage";
import type { RequestRow } from "../bindings/RequestRow";
import type { RequestStatus } from "../bindings/RequestStatus";
import type { RequestView } from "../bindings/RequestView";
import type { Resolution } from "../bindings/Resolution";
import type { RightId } from "../bindings/RightId";
import type { SupportText } from "../bindings/SupportText";
import type { Rejection } from "../host";
import { NOW, READ_AT } from "./accounts";
import { heldBy, mayNot, outcomeOf, planOf, sameRights } from "./plan";

/** One request of the invented desk. Tests move it on by setting `status`. */
export interface Kept {
  id: string;
  account: string;
  changes: AccessChange[];
  note: string;
  /** What whoever it names held when it was written. */
  written: Map<string, readonly RightId[]>;
  status: RequestStatus;
  changedAt: string;
  events: RequestEvent[];
  missing: string[];
  problem: Problem | null;
  support: SupportText | null;
  /** Somebody else's, for the reader to decide. */
  by: PersonRef | null;
}

const none: RequestActs = { edit: false, send: false, discard: false, withdraw: false, undo: false, check: false, decide: false, sendAgain: false };
const finished = ({ status }: RequestStatus) => ["checked-working", "refused", "withdrawn"].includes(status);
const refuse = (code: Rejection["code"], message: string): never => {
  throw { code, message, retryAfter: null, profile: null } satisfies Rejection;
};

/** A desk that behaves: what is sent gets a reference, unless there is no connection or the account changed meanwhile. */
export class Desk {
  kept: Kept[] = [];
  /** Everybody who can be found, and whether they may be given access. `null`: the desk decides for nobody. */
  people: PersonChoice[] = [];
  connected = true;
  decides = false;
  #count = 0;

  constructor(private readonly accounts: () => AccountView[]) {}

  account(id: string): AccountView {
    return this.accounts().find((view) => view.id === id) ?? refuse("no-such-account", "not in the store");
  }

  find(id: string): Kept {
    return this.kept.find((one) => one.id === id) ?? refuse("no-such-request", "no request of that id is kept here");
  }

  list(facet: RequestFacet): RequestPage {
    const own = this.kept.filter(({ by }) => by === null);
    const [open, over] = [own.filter(({ status }) => !finished(status)), own.filter(({ status }) => finished(status))];
    const waiting = this.kept.filter(({ by, status }) => by !== null && status.status === "with-desk");
    const shown = { open, finished: over, "to-decide": waiting }[facet];
    const rows = [...shown].sort((a, b) => b.changedAt.localeCompare(a.changedAt)).map((one) => this.row(one));
    return { rows, open: open.length, finished: over.length, toDecide: this.decides ? waiting.length : null };
  }

  row({ id, account, changes, status, changedAt, by, written }: Kept): RequestRow {
    const view = this.account(account);
    const asks: Asks = { adds: [], changes: [], removes: [] };
    for (const { to, rights } of changes) (rights.length === 0 && (written.get(to.id) ?? []).length > 0 ? asks.removes : (written.get(to.id) ?? []).length > 0 ? asks.changes : asks.adds).push(to.name);
    return { id, account, label: view.address ?? view.username, hasAddress: view.address !== null, asks, status, changedAt, by };
  }

  get(id: string): RequestView {
    const one = this.find(id);
    const view = this.account(one.account);
    const was: AccountView = { ...view, access: { shown: "all", canSend: 0, grants: [...one.written].filter(([, rights]) => rights.length > 0).map(([who, rights]) => ({ to: one.changes.find(({ to }) => to.id === who)?.to as never, rights: [...rights], outcome: "nothing" as const, unknown: [], mine: false })) } };
    const plan = planOf({ ...was, standing: { ...was.standing, owns: true } }, one.changes);
    const conflict = one.status.status === "conflict" ? one.changes.map(({ to, rights }) => ({ to, written: [...(one.written.get(to.id) ?? [])], now: [...heldBy(view, to.id)], wanted: rights })) : [];
    const { changes, note, events, missing, problem, support } = one;
    return { ...this.row(one), changes, note, lines: "code" in plan ? [] : plan.lines, events, conflict, missing, can: this.acts(one), problem, support };
  }

  acts({ status: { status }, by }: Kept): RequestActs {
    if (by !== null) return { ...none, decide: status === "with-desk" };
    switch (status) {
      case "draft":
      case "not-taken":
        return { ...none, edit: true, send: true, discard: true };
      case "waiting-for-connection":
        return { ...none, edit: true, discard: true, check: true };
      case "not-known":
        return { ...none, check: true, sendAgain: true };
      case "conflict":
        return { ...none, discard: true };
      case "with-desk":
      case "taken-in-part":
        return { ...none, withdraw: true, check: true };
      case "being-applied":
        return { ...none, check: true };
      case "said-done":
        return { ...none, check: true, undo: true };
      case "checked-working":
        return { ...none, undo: true };
      case "refused":
      case "withdrawn":
        return none;
    }
  }

  plan({ id, account, changes }: AccessForm): PlanView {
    const plan = planOf(this.account(account), changes);
    const names = (one: Kept) => one.changes.some(({ to }) => changes.some((change) => change.to.id === to.id));
    const open = this.kept.find((one) => one.by === null && one.id !== id && one.account === account && one.status.status !== "draft" && !finished(one.status) && names(one));
    return { plan: "code" in plan ? null : plan, fault: "code" in plan ? plan : null, seenAt: READ_AT, duplicate: open?.id ?? null, withdraws: true };
  }

  saveDraft({ id, account, changes, note }: AccessForm): string {
    if ([...note].length > 2000) refuse("bad-input", "the note is too long");
    const view = this.account(account);
    const written = new Map(changes.map(({ to }) => [to.id, heldBy(view, to.id)]));
    if (id === null) {
      const made = `r-${++this.#count}`;
      const events: RequestEvent[] = [{ at: now(), what: "written", by: null, text: null }];
      this.kept.push({ id: made, account, changes, note, written, status: { status: "draft" }, changedAt: now(), events, missing: [], problem: null, support: null, by: null });
      return made;
    }
    const one = this.find(id);
    if (!this.acts(one).edit) refuse("bad-input", "it is no longer a draft");
    Object.assign(one, { changes, note, written, status: { status: "draft" }, changedAt: now() });
    return id;
  }

  send(id: string): void {
    const one = this.find(id);
    const view = this.account(one.account);
    if (one.changes.some(({ to }) => !sameRights(one.written.get(to.id) ?? [], heldBy(view, to.id)))) return this.move(one, { status: "conflict" });
    if (!this.connected) return this.move(one, { status: "waiting-for-connection" });
    const reference = `RQ-${20440 + ++this.#count}`;
    this.move(one, { status: "with-desk", reference }, { what: "sent" }, { what: "received", text: reference });
  }

  /** Puts a request into another state, with what happened. */
  move(one: Kept, status: RequestStatus, ...events: Partial<RequestEvent>[]): void {
    one.status = status;
    one.changedAt = now();
    one.events = [...one.events, ...events.map((event) => ({ at: now(), by: null, text: null, what: "sent" as const, ...event }))];
  }

  discard(id: string): void {
    this.kept = this.kept.filter((one) => one.id !== id);
  }

  withdraw(id: string): void {
    const one = this.find(id);
    if (one.status.status === "with-desk") this.move(one, { status: "withdrawn", reference: one.status.reference }, { what: "withdrawn" });
  }

  undo(id: string): string {
    const { account, changes, written } = this.find(id);
    return this.saveDraft({ id: null, account, changes: changes.map(({ to }) => ({ to, rights: [...(written.get(to.id) ?? [])] })), note: "" });
  }

  resolve(id: string, resolution: Resolution): void {
    const one = this.find(id);
    if (resolution === "drop") return this.discard(id);
    const view = this.account(one.account);
    one.written = new Map(one.changes.map(({ to }) => [to.id, heldBy(view, to.id)]));
    this.move(one, { status: "draft" });
    if (resolution === "keep") this.send(id);
  }

  sendAgain(id: string): void {
    this.send(id);
  }

  decide({ id, approve, reason }: Decision): void {
    const one = this.find(id);
    if (one.status.status !== "with-desk") return;
    const { reference } = one.status;
    const text = reason || null;
    if (!approve) this.move(one, { status: "refused", reference, reason }, { what: "refused", text });
    else this.move(one, { status: "being-applied", reference, since: now(), by: new Date(NOW + 3_600_000).toISOString() }, { what: "approved", text });
  }

  findPeople(query: string): FoundPeople {
    const fold = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    const has = ({ principal: { name, username } }: PersonChoice) => fold(query).split(/\s+/).every((word) => fold(`${name} ${username ?? ""}`).includes(word));
    const known = this.connected ? this.people : this.people.filter(({ principal }) => this.accounts().some((view) => heldBy(view, principal.id).length > 0));
    return { query, people: known.filter(has).map((choice) => (this.connected ? choice : { ...choice, entitled: null })), asked: this.connected };
  }

  /** The account with what asking adds to it. */
  asking(view: AccountView, offered: boolean): AccountView {
    const open = offered ? this.list("open").rows.filter(({ account }) => account === view.id) : [];
    return { ...view, changeAccessOffered: offered, mayNotChangeAccess: mayNot(view), openRequests: open };
  }

  /** Carries a request out: the record shows it from now on. */
  apply(id: string): void {
    const { account, changes } = this.find(id);
    const view = this.account(account);
    if (view.access.shown !== "all") return;
    for (const { to, rights } of changes) {
      view.access.grants = view.access.grants.filter((grant) => grant.to.id !== to.id);
      if (rights.length > 0) view.access.grants.push({ to, rights, outcome: outcomeOf(rights), unknown: [], mine: false });
    }
  }
}

const now = () => new Date(NOW).toISOString();
