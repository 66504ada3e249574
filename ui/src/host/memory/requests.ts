import type { PersonChoice } from "../bindings/PersonChoice";
import type { Principal } from "../bindings/Principal";
import type { RequestForm } from "../bindings/RequestForm";
import type { RequestStatus } from "../bindings/RequestStatus";
import { NOW, people } from "./accounts";
import type { Desk } from "./desk";
import { blank } from "./wish";

const { leonie, jo, idris, sunniva, tomasz, piet, kwame } = people;
const marsh = (name: string, username: string, unit: string): Principal => ({ kind: "person", id: `p-${username}`, name, username, unit, leavesOn: null, hasLeft: false });
const visitor = marsh("Jude Marsh", "visi2210", "Visitors");

/** Whom the invented desk can find: everybody of the pictures, three of the name Marsh, one of them not entitled. */
export const findable: PersonChoice[] = [
  ...Object.values(people).map((principal) => ({ principal, entitled: !principal.hasLeft, mayOwn: !principal.hasLeft })),
  { principal: marsh("Jonah Marsh", "eart0933", "Earth Sciences"), entitled: true, mayOwn: null },
  { principal: marsh("Jorun Marsh", "esta0107", "Estates"), entitled: true, mayOwn: false },
  { principal: visitor, entitled: false, mayOwn: false },
];

const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const DAY = 24 * 60;

/** One request of every status, as the picture of the list shows them. */
export function everyStatus(desk: Desk): void {
  const put = (to: Principal, rights: string[], status: RequestStatus, minutes: number, account = "a-enquiries") => {
    const id = desk.saveDraft({ ...blank("change-access", account), changes: [{ to, rights }] });
    const one = desk.find(id);
    Object.assign(one, { status, changedAt: ago(minutes), events: [{ at: ago(minutes + 90), what: "written", by: null, text: null }] });
    return one;
  };
  const reads = ["full-access", "send-as", "automap"];
  const applied = put(leonie, reads, { status: "being-applied", reference: "RQ-20440", since: ago(22), by: ago(-38) }, 22);
  applied.form.note = "Leonie takes over the answers from December.";
  applied.events = [{ at: ago(172), what: "written", by: null, text: null }];
  applied.events.push(
    { at: ago(170), what: "sent", by: null, text: null }, { at: ago(169), what: "received", by: null, text: "RQ-20440" }, { at: ago(22), what: "approved", by: "Ines Calloway", text: "As the owner asks." },
  );
  const { written } = put(jo, ["full-access", "automap"], { status: "conflict" }, 5);
  if (written?.access.shown === "all") for (const grant of written.access.grants) if (grant.to.id === jo.id) grant.rights = ["full-access", "send-on-behalf"];
  put(idris, [], { status: "with-desk", reference: "RQ-20442" }, 44);
  put(sunniva, ["full-access"], { status: "waiting-for-connection" }, 184);
  put(tomasz, reads, { status: "not-known" }, 190);
  put(leonie, [], { status: "draft" }, DAY, "a-seminars").form.changes = [];
  put(piet, [], { status: "not-taken", reason: "This form is closed until Monday." }, DAY + 3);
  const part = put(leonie, reads, { status: "taken-in-part", reference: "RQ-20431", lacks: true, ended: false, seenAt: null }, DAY + 30, "a-outreach");
  part.missing = [{ what: "access", to: leonie, rights: reads }];
  const said = put(kwame, [], { status: "said-done", reference: "RQ-20398", at: ago(2 * DAY) }, 2 * DAY, "a-outreach");
  said.support = { reference: "RQ-20398", label: "outreach@earth.example.edu", since: ago(2 * DAY) };
  put(visitor, ["full-access"], { status: "refused", reference: "RQ-20301", reason: "Visitor cards cannot be given access." }, 7 * DAY);
  put(sunniva, ["full-access", "send-as"], { status: "checked-working", reference: "RQ-20222", seenAt: ago(17 * DAY), tried: false }, 17 * DAY);
  put(piet, ["full-access"], { status: "withdrawn", reference: "RQ-20200" }, 20 * DAY);
}

/** One request of each kind but for access, each somewhere else on its way. */
export function everyKind(desk: Desk): void {
  const put = (form: RequestForm, status: RequestStatus, minutes: number) => {
    const one = desk.find(desk.saveDraft(form));
    Object.assign(one, { status, changedAt: ago(minutes) });
    return one;
  };
  const { oona, maren } = people;
  put({ ...blank("new-account", null), accountKind: "mailbox-only", username: "eart-trips", displayName: "Field trips", owner: maren }, { status: "with-desk", reference: "RQ-30001" }, 10);
  put({ ...blank("remove-password", "a-outreach"), changes: [{ to: leonie, rights: ["full-access"] }] }, { status: "being-applied", reference: "RQ-30002", since: ago(22), by: ago(-38) }, 22);
  const over = put({ ...blank("hand-over", "a-enquiries"), owner: oona }, { status: "conflict" }, 30);
  if (over.written) over.written.owner = idris;
  const part = put({ ...blank("set-details", "a-enquiries"), displayName: "Earth Desk", answers: { delivery: "both" } }, { status: "taken-in-part", reference: "RQ-30004", lacks: true, ended: false, seenAt: null }, 40);
  part.missing = [{ what: "display-name", name: "Earth Desk" }];
  part.missingAnswers = ["Where does its mail go?"];
  put({ ...blank("set-booking", "a-basalt-room"), answers: { outright: true } }, { status: "said-done", reference: "RQ-30005", at: ago(50) }, 50);
  put({ ...blank("renew", "a-outreach"), ends: "2027-07-31" }, { status: "draft" }, 60);
  put(blank("close", "a-seminars"), { status: "with-desk", reference: "RQ-30007" }, 70);
  put({ ...blank("ask-desk", null), answers: { subject: "A list", details: "All of them." } }, { status: "said-done", reference: "RQ-30008", at: ago(80) }, 80);
}

/** Two requests of other people for whoever decides. */
export function toDecide(desk: Desk): void {
  desk.decides = true;
  for (const [to, reference] of [[leonie, "RQ-20450"], [jo, "RQ-20451"]] as const) {
    const id = desk.saveDraft({ ...blank("change-access", "a-enquiries"), changes: [{ to, rights: ["full-access", "send-as"] }], note: "For the admissions round." });
    const { kind: _, ...by } = people.maren;
    Object.assign(desk.find(id), { by, status: { status: "with-desk", reference }, changedAt: ago(30), events: [{ at: ago(31), what: "sent", by: by.name, text: null }] });
  }
}
