import { app } from "../../frame/app.svelte";
import type { InstitutionView } from "../../host/bindings/InstitutionView";
import type { PlanFault } from "../../host/bindings/PlanFault";
import type { Fault } from "../../parts/ErrorSummary.svelte";
import { m } from "../../words";
import { exampleDay, isDay } from "../../words/days";
import { faultWords, nameFaultWords, ofQuestion } from "../../words/faults";
import { noteFaults, peopleFaults, typedFaults } from "../change/faults";
import type { Finding } from "../change/finding.svelte";
import { type Asked, isWhole, REASON } from "./asked.svelte";
import type { NameWatch } from "./name.svelte";

/** Longest name that people see, in characters. */
const LONGEST_NAME = 300;

/** What this page sees by itself: what is typed and is none of what is wanted. */
export function ownFaults(asked: Asked, people: Finding, owner: Finding, names: NameWatch): Fault[] {
  const { kind } = asked.offer;
  const found: Fault[] = [];
  if (asked.exceptional && asked.given[REASON] === undefined) found.push({ field: `q-${REASON}`, text: m.ak_er_reason() });
  if (asked.wantsEnd && asked.ends !== "" && !isDay(asked.ends)) found.push({ field: "ends", text: m.ak_er_day({ field: m.ak_ends(), example: exampleDay(app.locale) }) });
  if (asked.exceptional && asked.ends === "") found.push({ field: "ends", text: m.ak_er_needs_end() });
  if (kind === "set-details" && asked.displayName.trim() === "" && asked.account?.name) found.push({ field: "display-name", text: m.ak_er_shown() });
  const count = [...asked.displayName.trim()].length;
  if (count > LONGEST_NAME) found.push({ field: "display-name", text: m.er_shown({ count, most: LONGEST_NAME }) });
  if (kind === "new-account" && names.taken(asked.username)) found.push({ field: "username", text: m.ak_er_taken() });
  // What the institution alone knows of its names comes only from its desk.
  const wrong = kind === "new-account" ? names.faults(asked.username).map(nameFaultWords).join("; ") : "";
  if (wrong !== "") found.push({ field: "username", text: wrong });
  if (asked.looksForOwner) found.push(...typedFaults(owner, "owner"));
  if (asked.delegates) found.push(...peopleFaults(asked.people, people));
  for (const { id, answer, title } of asked.questions) {
    const given = asked.given[id];
    if (answer.type === "number" && typeof given === "string" && given.trim() !== "" && !isWhole(given)) found.push({ field: `q-${id}`, text: ofQuestion(title, m.ak_er_whole()) });
  }
  return [...found, ...noteFaults(asked.note)];
}

/** What Rust says is in the way, at the field where it can be put right. */
export function fieldFault(fault: PlanFault, asked: Asked, institution: InstitutionView): Fault {
  const text = fault.code === "nothing-changes" ? m.ak_er_nothing() : faultWords(fault, institution, asked.offer.questions);
  return { field: fieldOf(fault, asked), text };
}

function fieldOf(fault: PlanFault, { offer, people, typedOwner }: Asked): string {
  switch (fault.code) {
    case "nothing-changes":
      return offer.kind === "set-details" ? "display-name" : offer.kind === "hand-over" ? "owner" : offer.kind === "renew" ? "ends" : offer.questions[0] ? `q-${offer.questions[0].id}` : "ask-h";
    case "named-twice":
    case "unknown-right":
    case "is-owner":
    case "too-many-people":
      return "who";
    case "unsorted":
      return people.unsorted.includes(fault.text) ? `sort-${people.unsorted.indexOf(fault.text)}` : fault.text === typedOwner ? "owner" : "who";
    case "may-not-ask":
      return "ask-h";
    case "no-owner":
      return "owner";
    case "no-kind":
      return "kind";
    case "no-display-name":
    case "display-name-too-long":
      return "display-name";
    case "no-end":
    case "ends-no-day":
    case "ends-before-today":
    case "ends-before-begins":
    case "nothing-to-end":
    case "needs-end":
      return "ends";
    case "begins-no-day":
    case "begins-before-today":
      return "begins";
    case "not-a-name":
      return "username";
    case "needs-reason":
      return `q-${REASON}`;
    case "note-too-long":
      return "note";
    case "policy-not-accepted":
      return "policy";
    case "answer":
      return `q-${fault.question}`;
  }
}

/** In the order of the page, each field once. */
export function inOrder(faults: readonly Fault[]): Fault[] {
  const once = [...new Map([...faults].reverse().map((fault) => [fault.field, fault])).values()];
  const place = ({ field }: Fault) => document.getElementById(field);
  return once.sort((one, other) => {
    const [a, b] = [place(one), place(other)];
    if (!a || !b || a === b) return 0;
    return a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  });
}
