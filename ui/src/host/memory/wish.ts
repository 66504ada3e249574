import type { AccountView } from "../bindings/AccountView";
import type { AnswerLine } from "../bindings/AnswerLine";
import type { Asks } from "../bindings/Asks";
import type { Edit } from "../bindings/Edit";
import type { FactLine } from "../bindings/FactLine";
import type { InstitutionView } from "../bindings/InstitutionView";
import type { RequestForm } from "../bindings/RequestForm";
import type { RequestKind } from "../bindings/RequestKind";
import type { RightId } from "../bindings/RightId";
import { isDay } from "../../words/days";
import { folded } from "./names";
import { requestOf } from "./offers";

export const sameRights = (one: readonly RightId[], other: readonly RightId[]) => one.length === other.length && one.every((id) => other.includes(id));

export function heldBy(account: AccountView | null, id: string): RightId[] {
  return account?.access.shown === "all" ? [...(account.access.grants.find(({ to }) => to.id === id)?.rights ?? [])] : [];
}

/** The last second of a day, where the institution is. */
function endOf(day: string, timeZone: string): string {
  const at = Date.parse(`${day}T23:59:59Z`);
  const there = Date.parse(`${new Date(at).toLocaleString("sv-SE", { timeZone }).replace(" ", "T")}Z`);
  return new Date(2 * at - there).toISOString();
}

/** What a form asks for. What it leaves empty is not asked for. */
export function editsOf(form: RequestForm, institution: InstitutionView): Edit[] {
  const is = (...kinds: RequestKind[]) => kinds.includes(form.kind);
  const edits: Edit[] = [];
  const username = folded(institution.usernames, form.username);
  if (is("new-account") && username) edits.push({ what: "username", username });
  const kind = is("new-account") ? form.accountKind : is("remove-password") ? (requestOf(institution, form.kind)?.becomes ?? null) : null;
  if (kind !== null) edits.push({ what: "kind", kind });
  if (is("new-account", "set-details") && form.displayName.trim()) edits.push({ what: "display-name", name: form.displayName.trim() });
  if (is("new-account", "hand-over") && form.owner) edits.push({ what: "owner", to: form.owner });
  if (is("activate")) edits.push({ what: "state", state: "active" });
  if (is("close")) edits.push({ what: "state", state: "suspended" });
  if (is("new-account", "renew") && isDay(form.ends)) edits.push({ what: "expires", at: endOf(form.ends, institution.timeZone) });
  if (is("change-access", "remove-password", "hand-over", "new-account")) edits.push(...form.changes.map((change): Edit => ({ what: "access", ...change })));
  return edits;
}

/** The same fact as the account has it. `null`: it has none, or the record does not say. */
export function asOn(edit: Edit, account: AccountView | null): Edit | null {
  switch (edit.what) {
    case "access":
      return { ...edit, rights: heldBy(account, edit.to.id) };
    case "owner":
      return account?.owner ? { what: "owner", to: account.owner } : null;
    case "kind":
      return account && { what: "kind", kind: account.kind };
    case "username":
      return account && { what: "username", username: account.username };
    case "display-name":
      return account && account.name ? { what: "display-name", name: account.name } : null;
    case "state":
      return account && account.state !== "not-known" ? { what: "state", state: account.state } : null;
    case "expires":
      return account?.expires ? { what: "expires", at: account.expires } : null;
  }
}

/** Whether two edits ask for the same, or both for nothing. */
export function isSame(one: Edit | null, other: Edit | null): boolean {
  if (one?.what === "access" && other?.what === "access") return one.to.id === other.to.id && sameRights(one.rights, other.rights);
  if (one?.what === "owner" && other?.what === "owner") return one.to.id === other.to.id;
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What differs from the account, access left out. */
export function factsOf(edits: readonly Edit[], account: AccountView | null): FactLine[] {
  const lines = edits.filter(({ what }) => what !== "access").map((after) => ({ before: asOn(after, account), after }));
  return lines.filter(({ before, after }) => !isSame(before, after));
}

export function asksOf(edits: readonly Edit[], written: AccountView | null, { subject }: RequestForm["answers"]): Asks {
  const title = typeof subject === "string" ? subject.trim() || null : null;
  const asks: Asks = { adds: [], changes: [], removes: [], facts: factsOf(edits, written), title };
  for (const edit of edits) {
    if (edit.what !== "access") continue;
    const held = heldBy(written, edit.to.id).length > 0;
    (held ? (edit.rights.length === 0 ? asks.removes : asks.changes) : asks.adds).push(edit.to.name);
  }
  return asks;
}

/** The institution's questions with their answers; an answer to none of them comes last, under its own key. */
export function answerLines({ kind, answers }: RequestForm, institution: InstitutionView): AnswerLine[] {
  const questions = requestOf(institution, kind)?.questions ?? [];
  const said = Object.entries(answers).filter(([, answer]) => typeof answer !== "string" || answer.trim() !== "");
  const place = (id: string) => {
    const at = questions.findIndex((question) => question.id === id);
    return at < 0 ? questions.length : at;
  };
  return said
    .sort(([one], [other]) => place(one) - place(other))
    .map(([id, value]): AnswerLine => {
      const asked = questions.find((question) => question.id === id);
      const question = asked?.title ?? id;
      if (typeof value === "boolean") return { question, answer: { type: "yes-no", value } };
      if (typeof value === "number") return { question, answer: { type: "number", value } };
      if (asked?.answer.type === "day") return { question, answer: { type: "day", value } };
      const chosen = asked?.answer.type === "choice" ? asked.answer.options.find((option) => option.value === value)?.title : undefined;
      return { question, answer: { type: "text", value: chosen ?? value } };
    });
}

/** A form with nothing in it. */
export function blank(kind: RequestKind, account: string | null): RequestForm {
  return { id: null, kind, account, changes: [], owner: null, accountKind: null, username: "", displayName: "", begins: "", ends: "", policyAccepted: false, answers: {}, note: "", unsorted: [], typedNames: { access: "", owner: "" } };
}

/** The form that asks for what was before. */
export function undone(form: RequestForm, edits: readonly Edit[], written: AccountView | null): RequestForm {
  const back = blank(form.kind, form.account);
  for (const edit of edits) {
    const before = asOn(edit, written);
    if (before?.what === "access") back.changes.push({ to: before.to, rights: before.rights });
    if (before?.what === "owner") back.owner = before.to;
    if (before?.what === "display-name") back.displayName = before.name;
    if (before?.what === "expires") back.ends = before.at.slice(0, 10);
  }
  return back;
}
