import { m } from ".";
import type { InstitutionView } from "../host/bindings/InstitutionView";
import type { Meaning } from "../host/bindings/Meaning";
import type { RightId } from "../host/bindings/RightId";

/** What becomes of a right: it is there or comes, it stays, or it goes. */
export type Fate = "has" | "keeps" | "loses";

const words: Record<Meaning, Record<Fate, () => string>> = {
  read: { has: m.rt_read, keeps: m.rt_read_keeps, loses: m.rt_read_loses },
  "send-as": { has: m.rt_as, keeps: m.rt_as_keeps, loses: m.rt_as_loses },
  "send-on-behalf": { has: m.rt_behalf, keeps: m.rt_behalf_keeps, loses: m.rt_behalf_loses },
  "opens-by-itself": { has: m.rt_opens, keeps: m.rt_opens_keeps, loses: m.rt_opens_loses },
  book: { has: m.rt_book, keeps: m.rt_book_keeps, loses: m.rt_book_loses },
  "approve-bookings": { has: m.rt_approve, keeps: m.rt_approve_keeps, loses: m.rt_approve_loses },
};

/** A right as a sentence says it. One that the profile does not know goes by the directory's own name. */
export function rightWords(id: RightId, institution: InstitutionView, fate: Fate): string {
  const known = institution.rights.find((right) => right.id === id);
  if (known) return words[known.means][fate]();
  return { has: m.rt_other, keeps: m.rt_other_keeps, loses: m.rt_other_loses }[fate]({ right: id });
}
