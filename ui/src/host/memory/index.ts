import type { AccountRow } from "../bindings/AccountRow";
import type { AccountView } from "../bindings/AccountView";
import type { FacetCounts } from "../bindings/FacetCounts";
import type { PersonRow } from "../bindings/PersonRow";
import type { Principal } from "../bindings/Principal";
import type { SignInState } from "../bindings/SignInState";
import type { Host, News, Rejection } from "../host";
import { needs, NOW, READ_AT } from "./accounts";
import { Desk } from "./desk";
import { boulder, oxford } from "./profiles";
import { findable } from "./requests";
import { scenarios, type Scenario } from "./scenario";

/** The invented host behind tests and the plain browser. Tests set the scene, refuse commands and send news. */
export class Memory {
  scenario: Scenario;
  signIn: SignInState = { state: "idle" };
  desk: Desk;
  /** Every command in the order it came, for tests. */
  readonly asked: { command: string; argument: unknown }[] = [];
  #refused = new Map<string, Rejection>();
  #hearers = new Map<keyof News, Set<(news: never) => void>>();

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.desk = this.#newDesk();
  }

  #newDesk(): Desk {
    const desk = new Desk(() => this.scenario.accounts, () => this.scenario.start.session);
    desk.people = findable;
    desk.connected = !["offline", "signed-out"].includes(this.scenario.start.session?.freshness.state ?? "");
    this.scenario.requests?.(desk);
    return desk;
  }

  /** Puts another situation in place; every earlier refusal is lifted. */
  set(name: string): void {
    this.scenario = (scenarios[name] ?? scenarios.owner ?? unknown)();
    this.signIn = { state: "idle" };
    this.desk = this.#newDesk();
    this.asked.length = 0;
    this.#refused.clear();
  }

  refuse(command: string, refusal: Rejection): void {
    this.#refused.set(command, refusal);
  }

  relent(command: string): void {
    this.#refused.delete(command);
  }

  tell<Topic extends keyof News>(topic: Topic, news: News[Topic]): void {
    this.#hearers.get(topic)?.forEach((hear) => (hear as (news: News[Topic]) => void)(news));
  }

  answer<Answer>(command: string, argument: unknown, answer: () => Answer): Promise<Answer> {
    this.asked.push({ command, argument });
    const refusal = this.#refused.get(command);
    return refusal ? Promise.reject(refusal) : Promise.resolve().then(answer);
  }

  /** An answer that changes requests, and tells so. */
  change<Answer>(command: string, argument: unknown, change: () => Answer): Promise<Answer> {
    return this.answer(command, argument, () => {
      const answer = change();
      this.tell("requests-changed", null);
      return answer;
    });
  }

  on<Topic extends keyof News>(topic: Topic, hear: (news: News[Topic]) => void): () => void {
    const hearers = this.#hearers.get(topic) ?? new Set();
    this.#hearers.set(topic, hearers.add(hear));
    return () => void hearers.delete(hear);
  }
}

const asked = new URLSearchParams(location.search).get("scenario") ?? "owner";
export const memory = new Memory((scenarios[asked] ?? scenarios.owner ?? unknown)());

function unknown(): never {
  throw new Error("no such scenario");
}

function notHere(): never {
  throw { code: "no-such-account", message: "not in the store", retryAfter: null, profile: null, said: null } satisfies Rejection;
}

export function row(view: AccountView): AccountRow {
  const people = view.access.shown === "all" ? view.access.grants.length : null;
  const { id, name, kind, state, standing } = view;
  return { id, label: view.address ?? view.username, hasAddress: view.address !== null, name, kind, state, standing, owner: view.owner?.name ?? null, people, attention: view.attention[0] ?? null };
}

const fold = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const has = (texts: (string | null)[], query: string) => fold(query).split(/\s+/).every((word) => texts.some((text) => text && fold(text).includes(word)));
const group = ({ standing: { owns, itself, uses } }: AccountView) => (owns || itself ? 0 : uses ? 1 : 2);

function counts(accounts: AccountView[]): FacetCounts {
  const kinds = new Map<string, number>();
  for (const { kind } of accounts) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return {
    own: accounts.filter(({ standing }) => standing.owns).length,
    use: accounts.filter(({ standing }) => standing.uses).length,
    unit: accounts.filter(({ standing }) => standing.holdsUnit).length,
    kinds: [...kinds].map(([kind, count]) => ({ kind, count })),
  };
}

function everyone(accounts: AccountView[]): Map<string, PersonRow & { sends: boolean; principal: Principal }> {
  const found = new Map<string, PersonRow & { sends: boolean; principal: Principal }>();
  const of = (principal: Principal) => {
    const { kind, ...person } = principal;
    const known = found.get(principal.id) ?? { person, isGroup: kind === "group", owns: 0, uses: 0, sends: false, principal };
    found.set(principal.id, known);
    return known;
  };
  for (const { owner, access } of accounts) {
    if (owner) of(owner).owns++;
    if (access.shown !== "all") continue;
    for (const { to, outcome } of access.grants) {
      of(to).uses++;
      of(to).sends ||= outcome.includes("write") || outcome === "sends-cannot-read";
    }
  }
  return found;
}

export const door: Host = {
  app: {
    start: () => memory.answer("start", null, () => ({ ...memory.scenario.start, signIn: memory.signIn })),
    openLink: (url) => memory.answer("openLink", url, () => undefined),
    notify: (notice) => memory.answer("notify", notice, () => undefined),
    dismissSalvage: () =>
      memory.answer("dismissSalvage", null, () => {
        const { start } = memory.scenario;
        if (start.session) memory.scenario.start = { ...start, session: { ...start.session, salvage: null } };
        memory.tell("session-changed", null);
      }),
  },
  institutions: {
    addFromFile: (path) =>
      memory.answer("addFromFile", path, () => {
        if (path === null) throw { code: "cancelled", message: "", retryAfter: null, profile: null, said: null } satisfies Rejection;
        const profile = { file: path, line: 12, wrong: "`offline-days` is \"thirty\"", right: "a whole number of days, such as 30" };
        throw { code: "broken-profile", message: "line 12", retryAfter: null, profile, said: null } satisfies Rejection;
      }),
    details: (id) => memory.answer("details", id, () => (id === "boulder" ? boulder : oxford)),
  },
  identity: {
    signIn: (request) =>
      memory.answer("signIn", request, () => {
        const until = new Date(NOW + 5 * 60_000).toISOString();
        const link = "http://127.0.0.1:49152/authorize?response_type=code&client_id=secondary-accounts-desktop";
        memory.signIn =
          request.way === "browser"
            ? { state: "in-browser", link, opened: true, until }
            : { state: "device-code", code: "WDJB-MJHT", link: "http://127.0.0.1:49152/device", linkWithCode: null, until };
        memory.tell("sign-in", memory.signIn);
      }),
    cancelSignIn: () =>
      memory.answer("cancelSignIn", null, () => {
        memory.signIn = { state: "cancelled" };
        memory.tell("sign-in", memory.signIn);
      }),
    openAgain: () => memory.answer("openAgain", null, () => undefined),
    switchTo: (id) => memory.answer("switchTo", id, () => memory.tell("session-changed", null)),
    signOut: (forget) =>
      memory.answer("signOut", forget, () => {
        const kept = !forget && memory.scenario.start.session?.keeping !== "nothing";
        memory.set(kept ? "saved" : "welcome");
        memory.tell("session-changed", null);
      }),
    unlock: (passphrase) => memory.answer("unlock", passphrase, () => (memory.set("owner"), memory.tell("session-changed", null))),
    forget: (id) => memory.answer("forget", id, () => (memory.set("welcome"), memory.tell("session-changed", null))),
    keepUnit: (keep) =>
      memory.answer("keepUnit", keep, () => {
        const { start } = memory.scenario;
        if (start.session) memory.scenario.start = { ...start, session: { ...start.session, keepUnit: keep } };
        memory.tell("session-changed", null);
      }),
    tryAgain: () => memory.answer("tryAgain", null, () => undefined),
    goOnWithout: () =>
      memory.answer("goOnWithout", null, () => {
        memory.scenario.start = { ...memory.scenario.start, obstacle: null };
        memory.tell("session-changed", null);
      }),
    setPassphrase: (passphrase) => memory.answer("setPassphrase", passphrase, () => (memory.set("owner"), memory.tell("session-changed", null))),
  },
  accounts: {
    search: (search) =>
      memory.answer("search", search, () => {
        const { query, own, use, unit, kind, offset, limit } = search;
        const { accounts } = memory.scenario;
        const found = accounts
          .filter(({ standing }) => !(own || use || unit) || (own && standing.owns) || (use && standing.uses) || (unit && standing.holdsUnit))
          .filter((view) => (kind === null || view.kind === kind) && (!query.trim() || has([view.address, view.username, view.name, view.owner?.name ?? null, view.unit], query)))
          .sort((a, b) => group(a) - group(b));
        return { rows: found.slice(offset, offset + limit).map(row), offset, total: found.length, counts: counts(accounts) };
      }),
    account: (id) =>
      memory.answer("account", id, () => {
        const view = memory.scenario.accounts.find((view) => view.id === id) ?? notHere();
        return memory.desk.asking(view, memory.scenario.start.session?.asks ?? false);
      }),
    people: (search) =>
      memory.answer("people", search, () => {
        const { query, facet, offset, limit } = search;
        const all = [...everyone(memory.scenario.accounts).values()].sort((a, b) => a.person.name.localeCompare(b.person.name));
        const leaving = all.filter(({ person }) => person.hasLeft || person.leavesOn);
        const sends = all.filter(({ sends }) => sends);
        const found = { everyone: all, leaving, "can-send": sends }[facet].filter(({ person }) => !query.trim() || has([person.name, person.unit, person.username], query));
        const rows = found.slice(offset, offset + limit).map(({ person, isGroup, owns, uses }) => ({ person, isGroup, owns, uses }));
        return { rows, offset, total: found.length, everyone: all.length, leaving: leaving.length, canSend: sends.length };
      }),
    person: (id) =>
      memory.answer("person", id, () => {
        const { accounts } = memory.scenario;
        const known = everyone(accounts).get(id) ?? notHere();
        const uses = accounts.flatMap((view) =>
          view.access.shown === "all" ? view.access.grants.filter(({ to }) => to.id === id).map(({ rights, outcome }) => ({ account: row(view), rights, outcome, groups: [] })) : [],
        );
        const owns = accounts.filter(({ owner }) => owner?.id === id).map(row);
        return { id, person: known.person, isGroup: known.isGroup, owns, uses, seenAt: READ_AT };
      }),
    home: () =>
      memory.answer("home", null, () => {
        const { accounts, start } = memory.scenario;
        const all = needs(accounts.slice(0, 200));
        const needsYou = all.slice(0, 4).map(({ view, attention }) => ({ account: row(view), attention }));
        const asking = memory.desk.list("open");
        const waiting = asking.rows.filter(({ needsReader }) => needsReader);
        return { counts: counts(accounts), role: start.session?.me.role ?? "member", needsYou, waiting, toDecide: asking.toDecide ?? 0, reminders: memory.desk.due(), more: all.length - needsYou.length };
      }),
    checkNow: () => memory.answer("checkNow", null, () => memory.tell("accounts-changed", null)),
    trail: (id, ask) => memory.answer("trail", { id, ask }, () => memory.desk.trail(id, ask)),
    lookUp: (query) =>
      memory.answer("lookUp", query, () => {
        const accounts = scenarios.owner?.().accounts ?? [];
        const found = accounts
          .filter((view) => has([view.address, view.username, view.name, view.owner?.name ?? null], query))
          .map((view) => ({ label: view.address ?? view.username, hasAddress: view.address !== null, name: view.name, kind: view.kind, unit: view.unit, owner: view.owner }));
        return { query, found, more: found.length > 5, askedAt: new Date(NOW).toISOString() };
      }),
  },
  requests: {
    list: (facet) => memory.answer("list", facet, () => memory.desk.list(facet)),
    get: (id) => memory.answer("get", id, () => memory.desk.get(id)),
    offers: (account) => memory.answer("offers", account, () => memory.desk.offers(account)),
    checkName: (name) => memory.answer("checkName", name, () => memory.desk.checkName(name)),
    deskAnswers: () => memory.answer("deskAnswers", null, () => memory.desk.connected),
    tried: (id) => memory.change("tried", id, () => memory.desk.tried(id)),
    letBe: (id) => memory.change("letBe", id, () => memory.desk.letBe(id)),
    plan: (form) => memory.answer("plan", form, () => memory.desk.plan(form)),
    saveDraft: (form) => memory.change("saveDraft", form, () => memory.desk.saveDraft(form)),
    send: (id) => memory.change("send", id, () => memory.desk.send(id)),
    discard: (id) => memory.change("discard", id, () => memory.desk.discard(id)),
    withdraw: (id) => memory.change("withdraw", id, () => memory.desk.withdraw(id)),
    undo: (id) => memory.change("undo", id, () => memory.desk.undo(id)),
    resolve: (id, resolution) => memory.change("resolve", { id, resolution }, () => memory.desk.resolve(id, resolution)),
    sendAgain: (id) => memory.change("sendAgain", id, () => memory.desk.sendAgain(id)),
    anew: (id) => memory.change("anew", id, () => memory.desk.anew(id)),
    holdBack: (id) => memory.change("holdBack", id, () => memory.desk.holdBack(id)),
    check: (id) => memory.change("check", id, () => undefined),
    keepUnsent: (said) => memory.answer("keepUnsent", said, () => void memory.desk.unsent.set(said.id, said.text)),
    say: (said) => memory.change("say", said, () => memory.desk.say(said)),
    decide: (decision) => memory.change("decide", decision, () => memory.desk.decide(decision)),
    findPeople: (query) => memory.answer("findPeople", query, () => memory.desk.findPeople(query)),
  },
  settings: {
    set: (preferences) =>
      memory.answer("set", preferences, () => {
        memory.scenario.start = { ...memory.scenario.start, preferences };
        return preferences;
      }),
  },
  on: (topic, hear) => memory.on(topic, hear),
};
