import type { AccessChange } from "../bindings/AccessChange";
import type { AccountView } from "../bindings/AccountView";
import type { Consequence } from "../bindings/Consequence";
import type { MayNotAsk } from "../bindings/MayNotAsk";
import type { Meaning } from "../bindings/Meaning";
import type { Outcome } from "../bindings/Outcome";
import type { Plan } from "../bindings/Plan";
import type { PlanFault } from "../bindings/PlanFault";
import type { PlanLine } from "../bindings/PlanLine";
import type { RightId } from "../bindings/RightId";
import type { Warning } from "../bindings/Warning";
import { oxford } from "./profiles";

const order = oxford.rights.map(({ id }) => id);
const meanings = (rights: readonly RightId[]): Meaning[] => oxford.rights.filter(({ id }) => rights.includes(id)).map(({ means }) => means);
const inOrder = (rights: readonly RightId[]) => [...order.filter((id) => rights.includes(id)), ...rights.filter((id) => !order.includes(id))];
export const sameRights = (one: readonly RightId[], other: readonly RightId[]) => one.length === other.length && one.every((id) => other.includes(id));

export function heldBy(account: AccountView, id: string): readonly RightId[] {
  return account.access.shown === "all" ? (account.access.grants.find(({ to }) => to.id === id)?.rights ?? []) : [];
}

export function outcomeOf(rights: readonly RightId[]): Outcome {
  const means = meanings(rights);
  const [reads, as, behalf] = [means.includes("read"), means.includes("send-as"), means.includes("send-on-behalf")];
  if (reads && as && behalf) return "reads-and-writes-as-both";
  if (reads) return as ? "reads-and-writes-as" : behalf ? "reads-and-writes-on-behalf" : "reads-cannot-send";
  if (as || behalf) return "sends-cannot-read";
  return means.includes("opens-by-itself") ? "opens-nothing" : "nothing";
}

/** Why the reader may not ask about an account, as the client says it. */
export function mayNot({ kind, standing, access }: AccountView): MayNotAsk | null {
  if (oxford.kinds.find(({ id }) => id === kind)?.usedBy === "shared-sign-in" || access.shown === "shared-sign-in") return "not-by-delegation";
  if (standing.itself) return "signed-in-as-it";
  if (!standing.owns && !standing.holdsUnit) return "not-yours";
  return access.shown === "all" ? null : "access-not-shown";
}

/** A wish worked out against an account, in the shape of the real one. */
export function planOf(account: AccountView, changes: readonly AccessChange[]): Plan | PlanFault {
  const why = mayNot(account);
  if (why !== null) return { code: "may-not-ask", why };
  for (const [at, { to, rights }] of changes.entries()) {
    if (to.id === account.owner?.id && rights.length > 0) return { code: "is-owner", name: to.name };
    if (changes.slice(at + 1).some((other) => other.to.id === to.id)) return { code: "named-twice", name: to.name };
    const unknown = rights.find((id) => !order.includes(id) && !heldBy(account, to.id).includes(id));
    if (unknown !== undefined) return { code: "unknown-right", right: unknown };
  }
  const lines = changes
    .map(({ to, rights }): PlanLine => {
      const before = heldBy(account, to.id);
      const act = before.length === 0 ? "add" : rights.length === 0 ? "remove" : "change";
      return { to, act, before: inOrder(before), after: inOrder(rights), outcome: outcomeOf(rights) };
    })
    .filter(({ before, after }) => !sameRights(before, after));
  if (lines.length === 0) return { code: "nothing-changes" };
  const grants = account.access.shown === "all" ? account.access.grants : [];
  const untouched = grants.map(({ to }) => to).filter(({ id }) => !lines.some(({ to }) => to.id === id));
  return { lines, untouched, consequences: consequencesOf(lines), warnings: warningsOf(account, lines) };
}

function consequencesOf(lines: PlanLine[]): Consequence[] {
  const people = lines.filter(({ to }) => to.kind === "person");
  const opens = (rights: readonly RightId[]) => meanings(rights).includes("opens-by-itself");
  const names = (wanted: (line: PlanLine) => boolean) => people.filter(wanted).map(({ to }) => to.name);
  const appears = names(({ before, after }) => opens(after) && !opens(before));
  const leaves = names(({ before, after }) => opens(before) && !opens(after));
  const found: Consequence[] = [{ what: "takes-time" }];
  if (appears.length > 0) found.push({ what: "appears-in-outlook", names: appears });
  if (leaves.length > 0) found.push({ what: "leaves-outlook", names: leaves });
  return found;
}

function warningsOf(account: AccountView, lines: PlanLine[]): Warning[] {
  const found: Warning[] = [];
  const grants = account.access.shown === "all" ? account.access.grants : [];
  for (const { to: { name, kind, hasLeft }, act, before, after, outcome } of lines) {
    if (act === "remove") continue;
    if (outcome === "sends-cannot-read") found.push({ what: "sends-without-reading", name });
    if (outcome === "reads-and-writes-as-both") found.push({ what: "both-ways-to-send", name });
    if (outcome === "opens-nothing") found.push({ what: "opens-nothing", name });
    const opens = meanings(after.filter((id) => !before.includes(id))).includes("opens-by-itself");
    if (opens && kind === "group") found.push({ what: "opens-by-itself-for-group", name });
    else if (opens && account.size && account.size.bytes >= 25e9) found.push({ what: "opens-by-itself-and-large", bytes: account.size.bytes });
    if (hasLeft) found.push({ what: "has-left", name });
  }
  const added = lines.filter(({ act }) => act === "add").length;
  const count = grants.length + added - lines.filter(({ act }) => act === "remove").length;
  if (added > 0 && count > 25) found.push({ what: "many-people", count });
  if (added > 0 && account.hiddenFromAddressList) found.push({ what: "hidden-from-address-list" });
  const after = new Map(grants.map(({ to, rights }) => [to.id, rights as readonly RightId[]]));
  for (const line of lines) after.set(line.to.id, line.after);
  if (grants.some(({ rights }) => meanings(rights).includes("read")) && ![...after.values()].some((rights) => meanings(rights).includes("read"))) found.push({ what: "nobody-reads" });
  return found;
}
