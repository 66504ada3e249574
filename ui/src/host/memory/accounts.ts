import type { AccountView } from "../bindings/AccountView";
import type { Attention } from "../bindings/Attention";
import type { GrantView } from "../bindings/GrantView";
import type { Me } from "../bindings/Me";
import type { Outcome } from "../bindings/Outcome";
import type { Principal } from "../bindings/Principal";

export const NOW = Date.parse("2026-11-19T14:42:00Z");
export const READ_AT = new Date(NOW - 2 * 60_000).toISOString();

const earth = "Earth Sciences";
const person = (name: string, username: string, rest: Partial<Principal> = {}): Principal => ({
  kind: "person", id: `p-${username}`, name, username, unit: earth, leavesOn: null, hasLeft: false, ...rest,
});

export const people = {
  maren: person("Maren Tolliver", "eart0001"),
  tomasz: person("Tomasz Birkwood", "eart0117"),
  jo: person("Jo Ferrand", "eart0412"),
  sunniva: person("Sunniva Marsh", "eart0233"),
  idris: person("Idris Penhallow", "eart0009", { leavesOn: "2026-12-04" }),
  adaeze: person("Adaeze Whitlow", "eart0318"),
  piet: person("Piet Vantongeren", "eart0290"),
  leonie: person("Leonie Strake", "stud0042", { unit: "Student Services" }),
  kwame: person("Kwame Ashdown", "eart0150", { leavesOn: "2026-10-30", hasLeft: true }),
  oona: person("Oona Garrick", "libr0021", { unit: "Library" }),
  field: person("Field trip leaders", "field-leaders", { kind: "group", id: "g-field", username: null }),
};

const outcomes: Record<string, Outcome> = {
  "": "nothing", r: "reads-cannot-send", ra: "reads-and-writes-as", ro: "reads-and-writes-on-behalf", rao: "reads-and-writes-as-both",
  a: "sends-cannot-read", m: "opens-nothing",
};
const letters: Record<string, string> = { r: "full-access", a: "send-as", o: "send-on-behalf", m: "automap" };

/** `"ram"`: read, send as, opens by itself. */
export function grant(to: Principal, rights: string, mine = false): GrantView {
  const key = rights === "m" ? "m" : rights.replace("m", "");
  return { to, rights: [...rights].map((letter) => letters[letter] ?? letter), outcome: outcomes[key] ?? "nothing", unknown: [], mine };
}

const GB = 1024 ** 3;

function account(local: string, rest: Partial<AccountView>): AccountView {
  return {
    id: `a-${local}`, address: `${local}@earth.example.edu`, username: `eart-${local}`, name: `${earth} ${local}`, kind: "mailbox-only", unit: earth,
    standing: { itself: false, owns: true, uses: false, holdsUnit: false }, state: "active", owner: people.maren,
    access: { shown: "all", grants: [], canSend: 0 }, signIn: { enabled: false, mfa: "not-concerned" }, size: null, expires: null,
    hiddenFromAddressList: false, attention: [], changeAccessOffered: false, mayNotChangeAccess: null, openRequests: [], seenAt: READ_AT, lastModified: "2026-11-02T10:00:00Z", history: [], firstSeen: "2026-09-01T08:00:00Z", ...rest,
  };
}

function all(...grants: GrantView[]): AccountView["access"] {
  return { shown: "all", grants, canSend: grants.filter(({ outcome }) => outcome.includes("write") || outcome === "sends-cannot-read").length };
}

const uses = { itself: false, owns: false, uses: true, holdsUnit: false };
const { tomasz, jo, sunniva, idris, adaeze, piet, kwame, oona, maren, field } = people;
const own = (rights: string): AccountView["access"] => ({ shown: "own", grants: [grant(maren, rights, true)] });
const crowd = Array.from({ length: 31 }, (_, n) => grant(person(`Reader ${n + 1}`, `eart1${String(n).padStart(3, "0")}`), n % 3 ? "r" : "ra"));

/** What Maren Tolliver sees: the accounts of the pictures, and one of every state. */
export const mine: AccountView[] = [
  account("enquiries", {
    name: "Earth Sciences Enquiries", size: { bytes: 12.4 * GB, quotaBytes: 50 * GB, measured: "2026-11-19T06:00:00Z" },
    access: all(grant(tomasz, "rm"), grant(jo, "ram"), grant(sunniva, "ra"), grant(idris, "ro"), grant(adaeze, "a"), grant(piet, "rm")),
    history: [
      { before: "2026-11-02T08:00:00Z", after: "2026-11-02T14:10:00Z", changes: [{ what: "rights-changed", name: "Sunniva Marsh", added: ["send-as"], removed: [] }] },
      { before: "2026-10-17T08:00:00Z", after: "2026-10-18T09:00:00Z", changes: [{ what: "access-taken", name: "Bruno Salt" }, { what: "name", before: "Enquiries", after: "Earth Sciences Enquiries" }] },
    ],
  }),
  account("seminars", { access: all(grant(jo, "rom"), grant(oona, "r"), grant(field, "ra")), hiddenFromAddressList: true, attention: [{ kind: "hidden-with-people", by: null }] }),
  account("outreach", {
    kind: "mailbox-and-sso", signIn: { enabled: true, mfa: "off" }, expires: "2026-11-30T00:00:00Z", access: all(grant(kwame, "ra"), grant(piet, "r")),
    size: { bytes: 52 * GB, quotaBytes: 50 * GB, measured: "2026-11-18T06:00:00Z" },
    attention: [{ kind: "expires", by: "2026-11-30" }, { kind: "leaver-has-access", name: "Kwame Ashdown", by: "2026-10-30" }, { kind: "over-quota", by: null }, { kind: "password-without-mfa", by: null }],
  }),
  account("labdata", { address: null, username: "eart-labdata", kind: "sso-only", signIn: { enabled: true, mfa: "on" }, access: { shown: "shared-sign-in" } }),
  account("basalt-room", { kind: "resource", name: "Basalt Room", signIn: null }),
  account("fieldwork", { owner: idris, standing: uses, access: own("ra") }),
  account("admissions", { owner: oona, standing: uses, access: { shown: "not-shown" } }),
  account("library-desk", { owner: null, standing: uses, access: own("r") }),
  account("field-trips", { owner: field, standing: uses, access: own("r") }),
  account("thesis-office", { owner: oona, standing: { ...uses, owns: true }, access: all(...crowd), attention: [{ kind: "many-people", count: 31, by: null }] }),
];

/** What an IT officer of the same department sees beside their own. */
export const unitAccounts: AccountView[] = [
  ...mine.map((view) => ({ ...view, standing: { itself: false, owns: false, uses: false, holdsUnit: true } })),
  account("fossils", { owner: idris, standing: { itself: false, owns: false, uses: false, holdsUnit: true }, state: "never-activated", attention: [{ kind: "owner-leaves", name: idris.name, hasLeft: false, by: "2026-12-04" }, { kind: "never-activated", by: null }] }),
];

/** A person who only uses accounts. */
export const delegateAccounts: AccountView[] = mine.slice(5, 8);

/** Group accounts opened with a shared password. */
export const boulderAccounts: AccountView[] = ["geology-club", "geology-web"].map((local) =>
  account(local, { address: `${local}@boulder.example.edu`, username: local.replace("-", ""), kind: "group", signIn: { enabled: true, mfa: "not-known" }, access: { shown: "shared-sign-in" }, unit: "Geology", state: local === "geology-web" ? "never-activated" : "active" }),
);

/** `count` accounts that differ in name only, for long lists. */
export function many(count: number): AccountView[] {
  return Array.from({ length: count }, (_, n) => account(`project-${String(n).padStart(6, "0")}`, { standing: { itself: false, owns: n < 3, uses: n < 9, holdsUnit: true } }));
}

/** Names that break careless layouts. */
export const oddAccounts: AccountView[] = [
  account("x".repeat(180), { name: "A name that goes on ".repeat(20) }),
  account("مكتب", { name: "مكتب علوم الأرض", owner: person("أمينة الحسن", "eart0777") }),
  account("<b>bold</b>", { name: "<img src=x onerror=alert(1)>", kind: "not-in-the-profile", access: all({ ...grant(jo, "r"), unknown: ["SuperRight"] }) }),
];

export const marenMe: Me = { id: maren.id, name: maren.name, username: "eart0001", role: "member", unit: { id: "earth", name: earth }, heldUnits: [], groups: [], category: "staff" };

/** What needs the reader, nearest date first. */
export function needs(accounts: AccountView[]): { view: AccountView; attention: Attention }[] {
  const found = accounts.flatMap((view) => view.attention.slice(0, 2).map((attention) => ({ view, attention })));
  return found.sort((a, b) => (a.attention.by ?? "9").localeCompare(b.attention.by ?? "9"));
}
