import { m } from ".";
import type { AccountTrail } from "../host/bindings/AccountTrail";
import type { TrailStep } from "../host/bindings/TrailStep";
import type { HistoryEntry } from "../host/bindings/HistoryEntry";
import type { InstitutionView } from "../host/bindings/InstitutionView";
import type { OwnSteps } from "../host/bindings/OwnSteps";
import { age } from "./ages";
import type { Place } from "./dates";

/** A step of somebody's request in a few words. Empty: it has only the desk's own. */
export function stepWords({ what, by }: TrailStep, { words: { serviceDesk } }: InstitutionView): string {
  const name = by ?? m.ds_desk({ desk: serviceDesk });
  switch (what) {
    case "received":
      return by === null ? m.ds_received_bare() : m.ds_received({ name });
    case "escalated":
      return m.ds_escalated();
    case "questioned":
      return m.ds_questioned({ name });
    case "answered":
      return m.ds_answered({ name });
    case "approved":
      return m.ds_approved({ name });
    case "refused":
      return m.ds_refused({ name });
    case "withdrawn":
      return m.ds_withdrawn({ name });
    case "reopened":
      return m.ds_reopened();
    case "applied":
      return m.ds_applied();
    case "confirmed":
      return m.ds_confirmed();
    case "other":
      return "";
  }
}

/** What is known of others' requests, and as of when. */
export function trailWords(trail: AccountTrail | null, failed: boolean, { words: { serviceDesk: desk } }: InstitutionView, now: number, place: Place): string | null {
  const { state, readAt } = trail ?? { state: "no-answer", readAt: null };
  if (!failed && state === "not-told") return m.hi_not_told({ desk });
  if (failed || state === "no-answer") return readAt === null ? m.hi_no_answer({ desk }) : m.hi_no_answer_old({ desk, age: age(readAt, now, place) });
  return readAt === null ? null : m.hi_asked_others({ desk, age: age(readAt, now, place) });
}

/** Something that happened: a difference that was seen, a request of the reader's own, or one of somebody else's. */
export type Happened = { at: string; key: string } & ({ sort: "seen"; entry: HistoryEntry } | { sort: "own"; one: OwnSteps } | { sort: "other"; reference: string; steps: TrailStep[] });

/** All of it, the newest first; a request stands where its last step does. */
export function happened(seen: readonly HistoryEntry[], trail: Pick<AccountTrail, "own" | "steps"> | null): Happened[] {
  const others = new Map<string, TrailStep[]>();
  for (const step of trail?.steps ?? []) others.set(step.request, [...(others.get(step.request) ?? []), step]);
  const all: Happened[] = [
    ...seen.map((entry, index) => ({ sort: "seen" as const, at: entry.after, key: `seen-${index}`, entry })),
    ...(trail?.own ?? []).map((one) => ({ sort: "own" as const, at: one.request.changedAt, key: one.request.id, one })),
    ...[...others].map(([reference, steps]) => ({ sort: "other" as const, at: steps.at(-1)?.at ?? "", key: reference, reference, steps })),
  ];
  return all.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
