import type { AccountView } from "../bindings/AccountView";
import type { Answer } from "../bindings/Answer";
import type { AnswerFault } from "../bindings/AnswerFault";
import type { AnswerType } from "../bindings/AnswerType";
import type { Consequence } from "../bindings/Consequence";
import type { Edit } from "../bindings/Edit";
import type { FactLine } from "../bindings/FactLine";
import type { InstitutionView } from "../bindings/InstitutionView";
import type { Meaning } from "../bindings/Meaning";
import type { Outcome } from "../bindings/Outcome";
import type { Plan } from "../bindings/Plan";
import type { PlanFault } from "../bindings/PlanFault";
import type { PlanLine } from "../bindings/PlanLine";
import type { Principal } from "../bindings/Principal";
import type { RequestForm } from "../bindings/RequestForm";
import type { RequestKind } from "../bindings/RequestKind";
import type { RightId } from "../bindings/RightId";
import type { Warning } from "../bindings/Warning";
import { isDay } from "../../words/days";
import { folded, nameFaults } from "./names";
import { isFor, kindAfter, requestOf } from "./offers";
import { oxford } from "./profiles";
import { factsOf, heldBy, sameRights } from "./wish";

const order = oxford.rights.map(({ id }) => id);
const meanings = (rights: readonly RightId[]): Meaning[] => oxford.rights.filter(({ id }) => rights.includes(id)).map(({ means }) => means);
const inOrder = (rights: readonly RightId[]) => [...order.filter((id) => rights.includes(id)), ...rights.filter((id) => !order.includes(id))];
export function outcomeOf(rights: readonly RightId[]): Outcome {
  const means = meanings(rights);
  const [reads, as, behalf] = [means.includes("read"), means.includes("send-as"), means.includes("send-on-behalf")];
  if (reads && as && behalf) return "reads-and-writes-as-both";
  if (reads) return as ? "reads-and-writes-as" : behalf ? "reads-and-writes-on-behalf" : "reads-cannot-send";
  if (as || behalf) return "sends-cannot-read";
  return means.includes("opens-by-itself") ? "opens-nothing" : "nothing";
}

/** A wish worked out against an account, in the shape of the real one. */
export function planOf(account: AccountView | null, kind: RequestKind, edits: readonly Edit[], answers: RequestForm["answers"], institution: InstitutionView): Plan | PlanFault {
  const wanted = <What extends Edit["what"]>(what: What) => edits.find((edit): edit is Extract<Edit, { what: What }> => edit.what === what);
  const owner = wanted("owner")?.to ?? account?.owner;
  const given = edits.filter((edit): edit is Access => edit.what === "access");
  for (const [at, { to, rights }] of given.entries()) {
    if (to.id === owner?.id && rights.length > 0) return { code: "is-owner", name: to.name };
    if (given.slice(at + 1).some((other) => other.to.id === to.id)) return { code: "named-twice", name: to.name };
    const unknown = rights.find((id) => !order.includes(id) && !heldBy(account, to.id).includes(id));
    if (unknown !== undefined) return { code: "unknown-right", right: unknown };
  }
  const exceptional = institution.kinds.find(({ id }) => id === wanted("kind")?.kind)?.advice === "discouraged";
  if (kind === "new-account" && exceptional) {
    const { reason } = answers;
    if (typeof reason !== "string" || reason.trim() === "") return { code: "needs-reason" };
    if (!wanted("expires")) return { code: "needs-end" };
  }
  const lines = linesOf(account, edits);
  const facts = factsOf(edits, account);
  const whole = (essentials[kind] ?? []).every((what) => facts.some(({ after }) => after.what === what));
  const says = Object.values(answers).some((answer) => typeof answer !== "string" || answer.trim() !== "");
  if (!whole || (lines.length === 0 && (kind === "change-access" || (facts.length === 0 && !says)))) return { code: "nothing-changes" };
  const grants = account?.access.shown === "all" ? account.access.grants : [];
  const untouched = grants.map(({ to }) => to).filter(({ id }) => !lines.some(({ to }) => to.id === id));
  return { lines, facts, untouched, consequences: [...factsFollow(kind, facts), ...consequencesOf(lines)], warnings: warningsOf(account, kind, lines, wanted("owner")?.to) };
}

type Access = Extract<Edit, { what: "access" }>;

/** The facts without which a request of a kind asks for nothing. */
const essentials: Partial<Record<RequestKind, Edit["what"][]>> = {
  "new-account": ["username", "kind", "display-name", "owner"], "remove-password": ["kind"], "hand-over": ["owner"], activate: ["state"], close: ["state"], renew: ["expires"],
};

/** Whoever is given or loses rights. */
export function linesOf(account: AccountView | null, edits: readonly Edit[]): PlanLine[] {
  return edits
    .filter((edit): edit is Access => edit.what === "access")
    .map(({ to, rights }): PlanLine => {
      const before = heldBy(account, to.id);
      const act = before.length === 0 ? "add" : rights.length === 0 ? "remove" : "change";
      return { to, act, before: inOrder(before), after: inOrder(rights), outcome: outcomeOf(rights) };
    })
    .filter(({ before, after }) => !sameRights(before, after));
}

/** What is missing or wrong at the fields that a kind of request has, before any plan. */
export function fieldFaults(form: RequestForm, account: AccountView | null, institution: InstitutionView, today: string): PlanFault[] {
  const { kind, begins, ends } = form;
  const after = kindAfter(kind, form.accountKind, account, institution);
  const asked = requestOf(institution, kind);
  const found: PlanFault[] = [];
  if (kind === "new-account") {
    if (form.accountKind === null) found.push({ code: "no-kind" });
    const faults = nameFaults(institution.usernames, folded(institution.usernames, form.username));
    if (faults.length > 0) found.push({ code: "not-a-name", faults });
    if (form.displayName.trim() === "") found.push({ code: "no-display-name" });
  }
  if ((kind === "new-account" || kind === "hand-over") && form.owner === null && form.typedNames.owner === "") found.push({ code: "no-owner" });
  for (const text of [...form.unsorted, form.typedNames.access, form.typedNames.owner].filter((text) => text.trim() !== "")) found.push({ code: "unsorted", text });
  if (begins !== "" && !isDay(begins)) found.push({ code: "begins-no-day" });
  if (ends !== "" && !isDay(ends)) found.push({ code: "ends-no-day" });
  if (kind === "renew" && ends === "") found.push({ code: "no-end" });
  if ((kind === "new-account" || kind === "renew") && isDay(ends) && ends < today) found.push({ code: "ends-before-today" });
  if (kind === "change-access") {
    if (isDay(begins) && begins < today && !form.id) found.push({ code: "begins-before-today" });
    if (isDay(ends) && ends < today) found.push({ code: "ends-before-today" });
    else if (isDay(ends) && isDay(begins) && ends < begins) found.push({ code: "ends-before-begins" });
  }
  for (const { id, required, answer, kinds } of asked?.questions ?? []) {
    if (!isFor(kinds, after)) {
      if (id in form.answers) found.push({ code: "answer", question: id, fault: { code: "not-allowed" } });
      continue;
    }
    const fault = answerFault(answer, required, form.answers[id]);
    if (fault) found.push({ code: "answer", question: id, fault });
  }
  if (asked?.policy && isFor(asked.policyKinds, after) && !form.policyAccepted) found.push({ code: "policy-not-accepted" });
  return found;
}

function answerFault(asked: AnswerType, required: boolean, given: Answer | undefined): AnswerFault | null {
  if (given === undefined || (typeof given === "string" && given.trim() === "")) return required ? { code: "missing" } : null;
  if ((asked.type === "text" || asked.type === "long-text") && asked.max !== null && [...String(given)].length > asked.max) return { code: "too-long", max: asked.max };
  if (asked.type === "number" && typeof given !== "number") return { code: "not-a-number" };
  if (asked.type === "number" && asked.min !== null && Number(given) < asked.min) return { code: "too-small", min: asked.min };
  if (asked.type === "number" && asked.max !== null && Number(given) > asked.max) return { code: "too-large", max: asked.max };
  if (asked.type === "day" && Number.isNaN(Date.parse(String(given)))) return { code: "not-a-day" };
  return null;
}

function factsFollow(kind: RequestKind, facts: readonly FactLine[]): Consequence[] {
  return facts.flatMap(({ before, after }): Consequence[] => {
    if (kind === "remove-password" && after.what === "kind") return [{ what: "password-ends" }];
    if (kind === "hand-over" && after.what === "owner") return [{ what: "owner-changes", from: before?.what === "owner" ? before.to.name : null, to: after.to.name }];
    if (after.what !== "state") return [];
    return kind === "activate" ? [{ what: "starts" }] : kind === "close" ? [{ what: "stops" }] : [];
  });
}

function consequencesOf(lines: PlanLine[]): Consequence[] {
  const people = lines.filter(({ to }) => to.kind === "person");
  const opens = (rights: readonly RightId[]) => meanings(rights).includes("opens-by-itself");
  const names = (wanted: (line: PlanLine) => boolean) => people.filter(wanted).map(({ to }) => to.name);
  const appears = names(({ before, after }) => opens(after) && !opens(before));
  const leaves = names(({ before, after }) => opens(before) && !opens(after));
  const found: Consequence[] = lines.length > 0 ? [{ what: "takes-time" }] : [];
  const opened = names(({ before, after }) => opens(after) && !opens(before) && meanings(before).includes("read"));
  if (appears.length > 0) found.push({ what: "appears-in-outlook", names: appears, opened });
  if (leaves.length > 0) found.push({ what: "leaves-outlook", names: leaves });
  return found;
}

function warningsOf(account: AccountView | null, kind: RequestKind, lines: PlanLine[], owner: Principal | undefined): Warning[] {
  const found: Warning[] = [];
  const grants = account?.access.shown === "all" ? account.access.grants : [];
  for (const { to: { name, kind, hasLeft }, act, before, after, outcome } of lines) {
    if (act === "remove") continue;
    if (outcome === "sends-cannot-read") found.push({ what: "sends-without-reading", name });
    if (outcome === "reads-and-writes-as-both") found.push({ what: "both-ways-to-send", name });
    if (outcome === "opens-nothing") found.push({ what: "opens-nothing", name });
    const opens = meanings(after.filter((id) => !before.includes(id))).includes("opens-by-itself");
    if (opens && kind === "group") found.push({ what: "opens-by-itself-for-group", name });
    else if (opens && account?.size && account.size.bytes >= 25e9) found.push({ what: "opens-by-itself-and-large", bytes: account.size.bytes });
    if (hasLeft) found.push({ what: "has-left", name });
  }
  const added = lines.filter(({ act }) => act === "add").length;
  const count = grants.length + added - lines.filter(({ act }) => act === "remove").length;
  if (added > 0 && count > 25) found.push({ what: "many-people", count });
  if (added > 0 && account?.hiddenFromAddressList) found.push({ what: "hidden-from-address-list" });
  if (owner?.hasLeft) found.push({ what: "has-left", name: owner.name });
  const after = new Map(grants.map(({ to, rights }) => [to.id, rights as readonly RightId[]]));
  for (const line of lines) after.set(line.to.id, line.after);
  const read = kind === "remove-password" || grants.some(({ rights }) => meanings(rights).includes("read"));
  if (read && ![...after.values()].some((rights) => meanings(rights).includes("read"))) found.push({ what: "nobody-reads" });
  return found;
}
