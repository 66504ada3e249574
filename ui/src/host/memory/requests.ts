import type { PersonChoice } from "../bindings/PersonChoice";
import type { Principal } from "../bindings/Principal";
import type { RequestStatus } from "../bindings/RequestStatus";
import { NOW, people } from "./accounts";
import type { Desk } from "./desk";

const { leonie, jo, idris, sunniva, tomasz, piet, kwame } = people;
const marsh = (name: string, username: string, unit: string): Principal => ({ kind: "person", id: `p-${username}`, name, username, unit, leavesOn: null, hasLeft: false });
const visitor = marsh("Jude Marsh", "visi2210", "Visitors");

/** Whom the invented desk can find: everybody of the pictures, three of the name Marsh, one of them not entitled. */
export const findable: PersonChoice[] = [
  ...Object.values(people).map((principal) => ({ principal, entitled: !principal.hasLeft })),
  { principal: marsh("Jonah Marsh", "eart0933", "Earth Sciences"), entitled: true },
  { principal: marsh("Jorun Marsh", "esta0107", "Estates"), entitled: true },
  { principal: visitor, entitled: false },
];

const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const DAY = 24 * 60;

/** One request of every status, as the picture of the list shows them. */
export function everyStatus(desk: Desk): void {
  const put = (to: Principal, rights: string[], status: RequestStatus, minutes: number, account = "a-enquiries") => {
    const id = desk.saveDraft({ id: null, account, changes: [{ to, rights }], note: "" });
    const one = desk.find(id);
    Object.assign(one, { status, changedAt: ago(minutes), events: [{ at: ago(minutes + 90), what: "written", by: null, text: null }] });
    return one;
  };
  const reads = ["full-access", "send-as", "automap"];
  const applied = put(leonie, reads, { status: "being-applied", reference: "RQ-20440", since: ago(22), by: ago(-38) }, 22);
  applied.note = "Leonie takes over the answers from December.";
  applied.events = [{ at: ago(172), what: "written", by: null, text: null }];
  applied.events.push(
    { at: ago(170), what: "sent", by: null, text: null }, { at: ago(169), what: "received", by: null, text: "RQ-20440" }, { at: ago(22), what: "approved", by: "Ines Calloway", text: "As the owner asks." },
  );
  put(jo, ["full-access", "automap"], { status: "conflict" }, 5).written = new Map([[jo.id, ["full-access", "send-on-behalf"]]]);
  put(idris, [], { status: "with-desk", reference: "RQ-20442" }, 44);
  put(sunniva, ["full-access"], { status: "waiting-for-connection" }, 184);
  put(tomasz, reads, { status: "not-known" }, 190);
  put(leonie, [], { status: "draft" }, DAY, "a-seminars").changes = [];
  put(piet, [], { status: "not-taken", reason: "This form is closed until Monday." }, DAY + 3);
  const part = put(leonie, reads, { status: "taken-in-part", reference: "RQ-20431" }, DAY + 30, "a-outreach");
  part.missing = [leonie.name];
  const said = put(kwame, [], { status: "said-done", reference: "RQ-20398", at: ago(2 * DAY) }, 2 * DAY, "a-outreach");
  said.support = { reference: "RQ-20398", label: "outreach@earth.example.edu", since: ago(2 * DAY) };
  put(visitor, ["full-access"], { status: "refused", reference: "RQ-20301", reason: "Visitor cards cannot be given access." }, 7 * DAY);
  put(sunniva, ["full-access", "send-as"], { status: "checked-working", reference: "RQ-20222", seenAt: ago(17 * DAY) }, 17 * DAY);
  put(piet, ["full-access"], { status: "withdrawn", reference: "RQ-20200" }, 20 * DAY);
}

/** Two requests of other people for whoever decides. */
export function toDecide(desk: Desk): void {
  desk.decides = true;
  for (const [to, reference] of [[leonie, "RQ-20450"], [jo, "RQ-20451"]] as const) {
    const id = desk.saveDraft({ id: null, account: "a-enquiries", changes: [{ to, rights: ["full-access", "send-as"] }], note: "For the admissions round." });
    const { kind: _, ...by } = people.maren;
    Object.assign(desk.find(id), { by, status: { status: "with-desk", reference }, changedAt: ago(30), events: [{ at: ago(31), what: "sent", by: by.name, text: null }] });
  }
}
