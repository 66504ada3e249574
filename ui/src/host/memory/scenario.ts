import type { AccountView } from "../bindings/AccountView";
import type { Freshness } from "../bindings/Freshness";
import type { IdentitySummary } from "../bindings/IdentitySummary";
import type { InstitutionChoice } from "../bindings/InstitutionChoice";
import type { InstitutionView } from "../bindings/InstitutionView";
import type { Me } from "../bindings/Me";
import type { ObstacleKind } from "../bindings/ObstacleKind";
import type { ProfileProblem } from "../bindings/ProfileProblem";
import type { Start } from "../bindings/Start";
import { boulderAccounts, delegateAccounts, many, marenMe, mine, oddAccounts, people, READ_AT, unitAccounts } from "./accounts";
import type { Desk } from "./desk";
import { boulder, oxford } from "./profiles";
import { everyKind, everyStatus, toDecide } from "./requests";

/** One invented situation: what `start` answers, and which accounts there are. */
export interface Scenario {
  start: Start;
  accounts: AccountView[];
  /** What lies at the desk. */
  requests?: (desk: Desk) => void;
}

const choice = ({ id, name, locale }: InstitutionView, tagline: string): InstitutionChoice => ({
  id, name, tagline, locale, missing: ["connection.sign-in.issuer", "connection.sign-in.client-id", "connection.directory.base"], deviceCode: false, added: false, named: false,
});

export const institutions: InstitutionChoice[] = [
  choice(oxford, "Nexus365 · secondary accounts, delegations and resources"),
  choice(boulder, "IdentiKey · group accounts and student employee accounts"),
];

const fresh: Freshness = { state: "up-to-date", readAt: READ_AT, progress: null, fullReadOnly: false, unreadable: 0, problem: null };

const identity: IdentitySummary = {
  id: "i-maren", name: marenMe.name, username: marenMe.username, institutionId: "oxford", institutionName: oxford.name, connection: "practice", current: true, signedIn: true, kept: true, readAt: READ_AT,
};

const nobody: Start = {
  version: "0.1.0",
  preferences: { theme: "system", textSize: 100, singleKeys: true, notices: true, locale: null },
  institutions,
  session: null,
  home: null,
  signIn: { state: "idle" },
  obstacle: null,
  identities: [],
  profileProblem: null,
  setAside: null,
};

function signedIn(me: Me, accounts: AccountView[], institution = oxford, freshness: Partial<Freshness> = {}): Scenario {
  const session = { identity: identity.id, me, connection: "practice" as const, institution, freshness: { ...fresh, ...freshness }, keeping: "keychain" as const, keychainLocked: false, keepUnit: null, asks: true, salvage: null, letGo: null };
  const known = { ...identity, name: me.name, username: me.username, institutionName: institution.name };
  return { start: { ...nobody, session, identities: [known] }, accounts };
}

/** The record of a scenario whose requests are carried out: nothing of it is shared with the next. */
const own = (accounts: AccountView[]): AccountView[] => structuredClone(accounts);

function obstructed(kind: ObstacleKind, profile: ProfileProblem | null = null): Scenario {
  return { start: { ...nobody, identities: [identity], obstacle: { identity: identity.id, name: identity.name, institutionName: identity.institutionName, connection: identity.connection, kind, profile } }, accounts: mine };
}

const officer: Me = { ...marenMe, id: "p-officer", name: "Hal Brindley", username: "eart0003", role: "it-officer", heldUnits: [{ id: "earth", name: "Earth Sciences" }] };
const desk: Me = { ...marenMe, id: "p-desk", name: "Ines Calloway", username: "desk0007", role: "service-desk", unit: null };
const dale: Me = { ...marenMe, name: "Dale Rivermont", username: "drivermont" };
const away: Partial<Freshness> = { state: "offline", readAt: new Date(Date.parse(READ_AT) - 3 * 3_600_000).toISOString(), problem: { code: "no-answer", message: "connection refused", retryAfter: null, profile: null, said: null } };

const nowhere = (known: IdentitySummary): IdentitySummary => ({ ...known, kept: false });

/** Situations by name, each made anew when asked for. */
export const scenarios: Record<string, () => Scenario> = {
  owner: () => signedIn(marenMe, own(mine)),
  requests: () => ({ ...signedIn(marenMe, own(mine)), requests: everyStatus }),
  "requests-of-all-kinds": () => ({ ...signedIn(marenMe, own(mine)), requests: everyKind }),
  "requests-offline": () => ({ ...signedIn(marenMe, own(mine), oxford, away), requests: everyStatus }),
  "requests-keyless": () => {
    const scenario = { ...signedIn(marenMe, own(mine)), requests: everyStatus };
    if (scenario.start.session) scenario.start = { ...scenario.start, session: { ...scenario.start.session, keeping: "nothing" }, identities: scenario.start.identities.map(nowhere) };
    return scenario;
  },
  "to-decide": () => ({ ...signedIn(officer, own(unitAccounts)), requests: toDecide }),
  offline: () => signedIn(marenMe, own(mine), oxford, away),
  "signed-out": () => signedIn(marenMe, mine, oxford, { state: "signed-out" }),
  checking: () => signedIn(marenMe, mine, oxford, { state: "checking", progress: { done: 40, total: 90 } }),
  "first-reading": () => signedIn(marenMe, [], oxford, { state: "checking", readAt: null, progress: { done: 40, total: 90 } }),
  "never-read": () => signedIn(marenMe, [], oxford, { state: "trouble", readAt: null, problem: { code: "not-usable", message: "not JSON", retryAfter: null, profile: null, said: null } }),
  incomplete: () => signedIn(marenMe, [], oxford, { state: "trouble", problem: { code: "pages-do-not-end", message: "the totals differ", retryAfter: null, profile: null, said: null } }),
  delegate: () => signedIn({ ...marenMe, name: people.jo.name, username: "eart0412" }, delegateAccounts),
  officer: () => signedIn(officer, unitAccounts),
  desk: () => signedIn(desk, []),
  boulder: () => signedIn(dale, own(boulderAccounts), boulder),
  "boulder-student": () => signedIn({ ...dale, category: "student" }, own(boulderAccounts), boulder),
  "without-desk": () => {
    const scenario = signedIn(dale, boulderAccounts, boulder);
    if (scenario.start.session) scenario.start.session = { ...scenario.start.session, asks: false };
    return scenario;
  },
  empty: () => signedIn(marenMe, []),
  odd: () => signedIn(marenMe, oddAccounts),
  many: () => signedIn(officer, many(100_000)),
  welcome: () => ({ start: nobody, accounts: mine }),
  connected: () => {
    const named = { ...choice(boulder, "IdentiKey"), missing: [], deviceCode: true, named: true };
    return { start: { ...nobody, institutions: [...institutions.filter(({ id }) => id !== named.id), named] }, accounts: mine };
  },
  saved: () => ({ start: { ...nobody, identities: [{ ...identity, current: false, signedIn: false }] }, accounts: mine }),
  salvaged: () => {
    const scenario = signedIn(marenMe, mine);
    if (scenario.start.session) scenario.start.session = { ...scenario.start.session, salvage: { accounts: 41, history: 12, requests: 3 } };
    return scenario;
  },
  keyless: () => {
    const scenario = signedIn(marenMe, mine);
    if (scenario.start.session) scenario.start = { ...scenario.start, session: { ...scenario.start.session, keeping: "nothing" }, identities: scenario.start.identities.map(nowhere) };
    return scenario;
  },
  "long-away": () => {
    const scenario = signedIn(marenMe, own(mine).filter(({ standing }) => standing.owns), oxford, { ...away, readAt: null });
    const left = scenario.accounts.map((view) => ({ ...view, access: { shown: "not-shown" as const } }));
    const letGo = { at: "2026-11-19T08:00:00Z", accounts: 7, cut: 3, differences: 12, requests: 4 };
    if (scenario.start.session) scenario.start.session = { ...scenario.start.session, letGo };
    return { ...scenario, accounts: left };
  },
  "broken-list": () => {
    const folder = "/home/maren/.local/share/secondary-accounts";
    const setAside = { file: `${folder}/identities.json`, copy: `${folder}/identities.broken-20261119-144000.json`, why: "EOF while parsing a string at line 1 column 14", known: 0, stores: 2 };
    return { start: { ...nobody, setAside }, accounts: mine };
  },
  "kept-nowhere-yet": () => {
    const scenario = signedIn(marenMe, mine);
    if (scenario.start.session) scenario.start = { ...scenario.start, session: { ...scenario.start.session, keeping: "nothing", keychainLocked: true }, identities: scenario.start.identities.map(nowhere) };
    return scenario;
  },
  "keychain-locked": () => obstructed("keychain-locked"),
  "keychain-unreachable": () => obstructed("keychain-unreachable"),
  "key-not-found": () => obstructed("key-not-found"),
  "store-held": () => obstructed("store-held"),
  "passphrase-needed": () => obstructed("passphrase-needed"),
  "store-newer": () => obstructed("store-newer"),
  "store-unreadable": () => obstructed("store-unreadable"),
  "institution-broken": () => {
    const file = "/home/maren/.local/share/secondary-accounts/institutions/oxford.toml";
    return obstructed("institution-broken", { file, line: 12, wrong: "This file has no field called `offline-day`", right: "Perhaps `offline-days` is meant" });
  },
};
