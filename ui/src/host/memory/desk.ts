import type { AccountTrail } from "../bindings/AccountTrail";
import type { AccountView } from "../bindings/AccountView";
import type { AskedAlready } from "../bindings/AskedAlready";
import type { ConflictLine } from "../bindings/ConflictLine";
import type { Decision } from "../bindings/Decision";
import type { DueReminder } from "../bindings/DueReminder";
import type { TrailStep } from "../bindings/TrailStep";
import type { Edit } from "../bindings/Edit";
import type { FoundPeople } from "../bindings/FoundPeople";
import type { NameCheck } from "../bindings/NameCheck";
import type { Offer } from "../bindings/Offer";
import type { PersonChoice } from "../bindings/PersonChoice";
import type { PersonRef } from "../bindings/PersonRef";
import type { PlanView } from "../bindings/PlanView";
import type { Problem } from "../bindings/Problem";
import type { Proof } from "../bindings/Proof";
import type { RefusedField } from "../bindings/RefusedField";
import type { Reminder } from "../bindings/Reminder";
import type { RequestActs } from "../bindings/RequestActs";
import type { RequestEvent } from "../bindings/RequestEvent";
import type { RequestFacet } from "../bindings/RequestFacet";
import type { RequestForm } from "../bindings/RequestForm";
import type { RequestKind } from "../bindings/RequestKind";
import type { RequestPage } from "../bindings/RequestPage";
import type { RequestRow } from "../bindings/RequestRow";
import type { RequestStatus } from "../bindings/RequestStatus";
import type { RequestView } from "../bindings/RequestView";
import type { Resolution } from "../bindings/Resolution";
import type { Said } from "../bindings/Said";
import type { Session } from "../bindings/Session";
import type { SupportText } from "../bindings/SupportText";
import type { TrailState } from "../bindings/TrailState";
import type { Rejection } from "../host";
import { isDay } from "../../words/days";
import { marenMe, NOW, READ_AT } from "./accounts";
import { folded, nameFaults } from "./names";
import { isFor, kindAfter, mayNotAsk, offersFor, requestOf } from "./offers";
import { fieldFaults, linesOf, outcomeOf, planOf } from "./plan";
import { oxford } from "./profiles";
import { answerLines, asksOf, asOn, editsOf, heldBy, isSame, undone } from "./wish";

/** One request of the invented desk. Tests move it on by setting `status`. */
export interface Kept {
  id: string;
  form: RequestForm;
  /** The account as it was when this was written. */
  written: AccountView | null;
  status: RequestStatus;
  changedAt: string;
  events: RequestEvent[];
  missing: Edit[];
  missingAnswers: string[];
  unasked: Edit[];
  problem: Problem | null;
  support: SupportText | null;
  /** Somebody else's, for the reader to decide. */
  by: PersonRef | null;
  /** What whoever decides was told has changed since it was asked. */
  changed?: ConflictLine[];
  /** Whether the desk says that what has to be accepted was; without it the form's box is taken for it. */
  accepted?: boolean | null;
  /** A try to send it got no answer. */
  unsure?: boolean;
  refused?: RefusedField[];
  /** Its writer said that it is to be sent again, and it has not gone. */
  again?: boolean;
  /** Nothing is reminded of about its end any more. */
  letBe?: boolean;
}

const none: RequestActs = { edit: false, send: false, discard: false, withdraw: false, undo: false, check: false, decide: false, reply: false, question: false, tried: false, sendAgain: false, holdBack: false, anew: false, askedThere: false };
const undoable: RequestKind[] = ["change-access", "hand-over", "set-details", "renew"];
const refuse = (code: Rejection["code"], message: string): never => {
  throw { code, message, retryAfter: null, profile: null, said: null } satisfies Rejection;
};

/** A desk that behaves: what is sent gets a reference, unless there is no connection or the account changed meanwhile. */
/** Where a request of one's own waits for oneself. */
const needing = new Set<RequestStatus["status"]>(["not-known", "conflict", "not-allowed", "not-taken", "taken-in-part", "needs-answer", "no-longer-known"]);

export class Desk {
  kept: Kept[] = [];
  /** Everybody who can be found, and whether they may be given access. `null`: the desk decides for nobody. */
  people: PersonChoice[] = [];
  connected = true;
  decides = false;
  /** What is written and not sent, by request. */
  unsent = new Map<string, string>();
  /** What the last look at the desk met. */
  problem: Problem | null = null;
  /** Usernames that are in use beside those of the accounts. */
  taken = ["webmaster"];
  #count = 0;

  constructor(
    private readonly accounts: () => AccountView[],
    private readonly session: () => Session | null,
  ) {}

  get #institution() {
    return this.session()?.institution ?? oxford;
  }

  #finished = ({ status: { status }, form }: Kept): boolean => ["checked-working", "refused", "withdrawn", "no-longer-known"].includes(status) || (status === "said-done" && ["word", "answer"].includes(this.#proof(form)));

  /** What is in the record is seen there, also where the rest of its kind is the desk's word. */
  #proof(form: RequestForm): Proof {
    const offer = requestOf(this.#institution, form.kind);
    const isSeen = offer?.proof === "word" && offer.questions.length > 0 && this.#edits(form).length > 0 && answerLines(form, this.#institution).length === 0;
    return isSeen ? "record" : (offer?.proof ?? "word");
  }

  #edits = (form: RequestForm): Edit[] => editsOf(form, this.#institution);

  account(id: string): AccountView {
    return this.accounts().find((view) => view.id === id) ?? refuse("no-such-account", "not in the store");
  }

  #concerned = (account: string | null): AccountView | null => (account === null ? null : this.account(account));

  find(id: string): Kept {
    return this.kept.find((one) => one.id === id) ?? refuse("no-such-request", "no request of that id is kept here");
  }

  offers(account: string | null): Offer[] {
    return offersFor(this.#concerned(account), this.session()?.me ?? marenMe, this.#institution);
  }

  checkName(typed: string): NameCheck {
    const name = folded(this.#institution.usernames, typed);
    const faults = nameFaults(this.#institution.usernames, name);
    const asked = faults.length === 0 && this.connected;
    return { typed, name, faults, taken: asked ? this.taken.includes(name) || this.accounts().some(({ username }) => username === name) : null };
  }

  list(facet: RequestFacet): RequestPage {
    const own = this.kept.filter(({ by }) => by === null);
    const [open, over] = [own.filter((one) => !this.#finished(one)), own.filter(this.#finished)];
    const waiting = this.kept.filter(({ by, status }) => by !== null && (status.status === "with-desk" || status.status === "answer-awaited"));
    const shown = { open, finished: over, "to-decide": waiting }[facet];
    const rows = [...shown].sort((a, b) => b.changedAt.localeCompare(a.changedAt)).map((one) => this.row(one));
    return { rows, open: open.length, finished: over.length, toDecide: this.decides ? waiting.length : null, lately: facet === "open" ? over.filter(({ changedAt }) => Date.parse(changedAt) > NOW - 48 * 3_600_000).slice(0, 3).map((one) => this.row(one)) : [], problem: this.problem, due: new Set(this.due().map(({ request }) => request.id)).size };
  }

  /** What the desk has on record of others' requests. */
  told: TrailStep[] = [];
  tellsTrails: TrailState = "told";

  trail(account: string, ask: boolean): AccountTrail {
    const own = this.kept.filter(({ by, form, status }) => by === null && form.account === account && "reference" in status);
    const told = this.tellsTrails === "told";
    return { own: own.map((one) => ({ request: this.row(one), events: one.events })), steps: told ? this.told : [], readAt: told ? READ_AT : null, state: ask ? this.tellsTrails : "not-asked" };
  }

  row(one: Kept): RequestRow {
    const { id, form, status, changedAt, by, written } = one;
    const { kind, account } = form;
    const view = this.#concerned(account);
    const name = requestOf(this.#institution, kind)?.name ?? kind;
    const label = view ? (view.address ?? view.username) : folded(this.#institution.usernames, form.username);
    return { id, kind, name, account, label, hasAddress: view !== null && view.address !== null, asks: asksOf(this.#edits(form), written, form.answers), status, proof: this.#proof(form), needsReader: by === null && (needing.has(status.status) || (status.status === "said-done" && this.#proof(form) === "tried")), facet: by !== null ? "to-decide" : this.#finished(one) ? "finished" : "open", changedAt, by };
  }

  get(id: string): RequestView {
    const one = this.find(id);
    const { form, written, events, missing, problem, support } = one;
    const view = this.#concerned(form.account);
    const edits = this.#edits(form);
    const conflict = one.changed ?? (one.status.status === "conflict" ? edits.map((wanted) => ({ written: asOn(wanted, written), now: asOn(wanted, view), wanted })) : []);
    const asked = requestOf(this.#institution, form.kind);
    const policy = asked?.policy && isFor(asked.policyKinds, kindAfter(form.kind, form.accountKind, view, this.#institution)) ? asked.policy : null;
    const answers = answerLines(form, this.#institution);
    const begun = form.kind === "change-access" && this.acts(one).edit && isDay(form.begins) && form.begins <= now().slice(0, 10) ? form.begins : null;
    return { ...this.row(one), form: { ...form, id }, lines: linesOf(written, edits), answers, events, conflict, missing, missingAnswers: one.missingAnswers, unasked: one.unasked, leftOutNote: false, leftOutPolicy: false, can: this.acts(one), unsure: one.unsure ?? false, problem, support: support ?? this.#whereItFails(one), policy, accepted: one.accepted === undefined ? form.policyAccepted : one.accepted, begun, reminders: this.reminders(one), unsent: this.unsent.get(id) ?? "", refused: one.refused ?? [] };
  }

  /** What a draft names and has changed since it was written. */
  #changedSince({ id }: RequestForm, view: AccountView | null): PlanView["changed"] {
    const one = this.kept.find((kept) => kept.id === id && kept.status.status === "draft");
    if (!one || view === null) return [];
    const lines = this.#edits(one.form).map((wanted) => ({ written: asOn(wanted, one.written), now: asOn(wanted, view), wanted }));
    return lines.filter(({ written, now }) => JSON.stringify(written) !== JSON.stringify(now));
  }

  /** What to write to the desk where whoever tries it finds that it does not work. */
  #whereItFails(one: Kept): SupportText | null {
    const { status } = one;
    if (status.status !== "said-done" || !this.acts(one).tried) return null;
    return { reference: status.reference, label: this.row(one).label, since: status.at };
  }

  /** The days of access: from the one it is to be sent, from the other its end is to be asked for, while it is there. */
  reminders(one: Kept): Reminder[] {
    const { form, status: { status }, written, letBe } = one;
    if (form.kind !== "change-access") return [];
    const today = now().slice(0, 10);
    const found: Reminder[] = [];
    if (isDay(form.begins) && status === "draft") found.push({ what: "begin", on: form.begins, due: form.begins <= today });
    if (!isDay(form.ends) || letBe || status === "refused" || status === "withdrawn" || status === "no-longer-known") return found;
    const due = form.ends <= today && this.acts(one).undo;
    const view = this.#concerned(form.account);
    const there = form.changes.some(({ to, rights }) => rights.some((right) => !heldBy(written, to.id).includes(right) && heldBy(view, to.id).includes(right)));
    return due && !there ? found : [...found, { what: "end", on: form.ends, due }];
  }

  due(): DueReminder[] {
    const own = this.kept.filter(({ by }) => by === null);
    return own.flatMap((one) => this.reminders(one).filter(({ due }) => due).map((reminder) => ({ request: this.row(one), reminder })));
  }

  letBe(id: string): void {
    this.find(id).letBe = true;
  }

  acts({ status: { status }, form, by, again }: Kept): RequestActs {
    if (by !== null) return { ...none, decide: status === "with-desk" || status === "answer-awaited", question: status === "with-desk" };
    const undo = undoable.includes(form.kind);
    switch (status) {
      case "draft":
      case "not-allowed":
      case "not-taken":
        return { ...none, edit: true, send: true, discard: true };
      case "waiting-for-connection":
        return { ...none, edit: true, discard: true, check: true };
      case "not-known":
        return again ? { ...none, check: true, holdBack: true } : { ...none, check: true, sendAgain: true, askedThere: true };
      case "conflict":
        return { ...none, discard: true };
      case "with-desk":
      case "taken-in-part":
        return { ...none, withdraw: true, check: true };
      case "needs-answer":
        return { ...none, reply: true, withdraw: true, check: true };
      case "being-applied":
      case "no-longer-known":
        return { ...none, check: true };
      case "said-done":
        return { ...none, check: this.#proof(form) === "record", tried: this.#proof(form) === "tried", undo };
      case "checked-working":
        return { ...none, undo };
      case "refused":
      case "withdrawn":
        return { ...none, anew: true };
      case "answer-awaited":
        return none;
    }
  }

  plan(form: RequestForm): PlanView {
    const { id, kind, account, changes } = form;
    const view = this.#concerned(account);
    const why = mayNotAsk(kind, view, this.session()?.me ?? marenMe, this.#institution);
    const faults = why === null ? fieldFaults(form, view, this.#institution, now().slice(0, 10)) : [{ code: "may-not-ask" as const, why }];
    const worked = faults.length > 0 ? null : planOf(view, kind, this.#edits(form), form.answers, this.#institution);
    const fault = worked && "code" in worked ? [worked] : faults;
    const same = (one: RequestForm) => {
      if (kind === "change-access") return one.changes.some(({ to }) => changes.some((change) => change.to.id === to.id));
      if (kind === "new-account") return one.username === form.username;
      return kind !== "ask-desk" || JSON.stringify(one.answers) === JSON.stringify(form.answers);
    };
    const open = this.kept.find((one) => one.by === null && one.id !== id && one.form.kind === kind && one.form.account === account && !["draft", "not-taken", "not-allowed"].includes(one.status.status) && !this.#finished(one) && same(one.form));
    const plan = worked && !("code" in worked) ? worked : null;
    return { plan, faults: fault, answers: answerLines(form, this.#institution), seenAt: view ? READ_AT : "", duplicate: open?.id ?? null, askedAlready: open || account === null ? null : this.#askedAlready(kind), changed: this.#changedSince(form, view), withdraws: true };
  }

  /** Somebody else's request of that kind that has not ended. */
  #askedAlready(kind: RequestKind): AskedAlready | null {
    const last = (request: string) => this.told.findLast((step) => step.request === request && step.what !== "other")?.what ?? "other";
    const found = this.told.findLast((step) => step.what === "received" && step.kind === kind && !["refused", "withdrawn", "applied", "confirmed", "other"].includes(last(step.request)));
    return found ? { reference: found.request, by: found.by, text: found.text, toldAt: READ_AT } : null;
  }

  saveDraft(form: RequestForm): string {
    const { id, note, account } = form;
    if ([...note].length > 2000) refuse("bad-input", "the note is too long");
    const written = structuredClone(this.#concerned(account));
    const kept = { ...form, username: folded(this.#institution.usernames, form.username) };
    if (id === null) {
      const made = `r-${++this.#count}`;
      const events: RequestEvent[] = [{ at: now(), what: "written", by: null, text: null }];
      this.kept.push({ id: made, form: kept, written, status: { status: "draft" }, changedAt: now(), events, missing: [], missingAnswers: [], unasked: [], problem: null, support: null, by: null });
      return made;
    }
    const one = this.find(id);
    if (!this.acts(one).edit) refuse("bad-input", "it is no longer a draft");
    Object.assign(one, { form: kept, written, status: { status: "draft" }, changedAt: now(), refused: [] });
    return id;
  }

  send(id: string): void {
    const one = this.find(id);
    const view = this.#concerned(one.form.account);
    if (this.#edits(one.form).some((edit) => !isSame(asOn(edit, one.written), asOn(edit, view)))) return this.move(one, { status: "conflict" });
    if (!this.connected) return this.move(one, { status: "waiting-for-connection" });
    const reference = `RQ-${20440 + ++this.#count}`;
    this.move(one, { status: "with-desk", reference }, { what: "sent" }, { what: "received", text: reference });
  }

  /** Whoever asked tried it, and it works. */
  tried(id: string): void {
    const one = this.find(id);
    if (one.status.status !== "said-done" || !this.acts(one).tried) refuse("bad-input", "there is nothing to try yet");
    else this.move(one, { status: "checked-working", reference: one.status.reference, seenAt: now(), tried: true }, { what: "tried" });
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
    const { form, written } = this.find(id);
    return this.saveDraft(undone(form, this.#edits(form), written));
  }

  resolve(id: string, resolution: Resolution): void {
    const one = this.find(id);
    if (resolution === "drop") return this.discard(id);
    one.written = structuredClone(this.#concerned(one.form.account));
    this.move(one, { status: "draft" });
    if (resolution === "keep") this.send(id);
  }

  sendAgain(id: string): void {
    if (this.connected) this.send(id);
    else this.find(id).again = true;
  }

  anew(id: string): string {
    return this.saveDraft({ ...this.find(id).form, id: null, policyAccepted: false });
  }

  holdBack(id: string): void {
    this.find(id).again = false;
  }

  /** A question about somebody else's request, or the answer to one about one's own. */
  say({ id, text }: Said): void {
    const one = this.find(id);
    if (one.by === null && one.status.status === "needs-answer") this.move(one, { status: "with-desk", reference: one.status.reference }, { what: "answered", text });
    else if (one.by !== null && one.status.status === "with-desk") this.move(one, { status: "answer-awaited", reference: one.status.reference }, { what: "asked", by: "Idris Penhallow", text });
    else refuse("bad-input", "nothing waits for an answer");
  }

  decide({ id, approve, reason, despite }: Decision): boolean {
    const one = this.find(id);
    if (one.status.status !== "with-desk" && one.status.status !== "answer-awaited") return true;
    const view = this.#concerned(one.form.account);
    const lines = this.#edits(one.form).map((wanted) => ({ written: asOn(wanted, one.written), now: asOn(wanted, view), wanted }));
    const changed = lines.filter(({ written, now, wanted }) => !isSame(written, now) && !isSame(now, wanted));
    if (approve && !despite && changed.length > 0) {
      one.changed = changed;
      return false;
    }
    delete one.changed;
    const { reference } = one.status;
    const text = reason || null;
    if (!approve) this.move(one, { status: "refused", reference, reason }, { what: "refused", text });
    else this.move(one, { status: "being-applied", reference, since: now(), by: new Date(NOW + 3_600_000).toISOString() }, { what: "approved", text });
    return true;
  }

  findPeople(query: string): FoundPeople {
    const fold = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    const has = ({ principal: { name, username } }: PersonChoice) => fold(query).split(/\s+/).every((word) => fold(`${name} ${username ?? ""}`).includes(word));
    const known = this.connected ? this.people : this.people.filter(({ principal }) => this.accounts().some((view) => heldBy(view, principal.id).length > 0));
    return { query, people: known.filter(has).map((choice) => (this.connected ? choice : { ...choice, entitled: null, mayOwn: null })), asked: this.connected };
  }

  /** The account with what asking adds to it. */
  asking(view: AccountView, asks: boolean): AccountView {
    const open = asks ? this.list("open").rows.filter(({ account }) => account === view.id) : [];
    const offered = asks && requestOf(this.#institution, "change-access") !== undefined;
    return { ...view, changeAccessOffered: offered, mayNotChangeAccess: mayNotAsk("change-access", view, this.session()?.me ?? marenMe, this.#institution), openRequests: open };
  }

  /** Carries a request out: the record shows it from now on. */
  apply(id: string): void {
    const { form } = this.find(id);
    const view = this.#concerned(form.account);
    if (!view) return;
    for (const edit of this.#edits(form)) {
      if (edit.what === "owner") view.owner = edit.to;
      if (edit.what === "kind") view.kind = edit.kind;
      if (edit.what === "display-name") view.name = edit.name;
      if (edit.what === "state") view.state = edit.state;
      if (edit.what === "expires") view.expires = edit.at;
      if (edit.what !== "access" || view.access.shown !== "all") continue;
      const { to, rights } = edit;
      view.access.grants = view.access.grants.filter((grant) => grant.to.id !== to.id);
      if (rights.length > 0) view.access.grants.push({ to, rights, outcome: outcomeOf(rights), unknown: [], mine: false });
    }
  }
}

const now = () => new Date(NOW).toISOString();
