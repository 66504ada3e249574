import type { Fault } from "../../parts/ErrorSummary.svelte";
import { m } from "../../words";
import type { Finding } from "./finding.svelte";
import { type Form, LONGEST_NOTE, MOST_PEOPLE } from "./form.svelte";

/** What keeps a form from being checked, each at its field. Empty: nothing does. */
export function faultsOf(form: Form, finding: Finding): Fault[] {
  const found: Fault[] = [];
  const typed = finding.query.trim();
  if (typed) found.push({ field: "who", text: m.er_typed({ text: typed }) });
  if (finding.progress) found.push({ field: "who", text: m.er_looking(finding.progress) });
  finding.unsorted.forEach(({ text }, at) => found.push({ field: `sort-${at}`, text: m.er_sort({ text }) }));
  for (const { to, rights } of form.added) if (rights.length === 0) found.push({ field: `p-${to.id}`, text: m.er_choose({ name: to.name }) });
  if (form.changes.length > MOST_PEOPLE) found.push({ field: "who", text: m.er_many({ count: form.changes.length, most: MOST_PEOPLE }) });
  const long = [...form.note].length;
  if (long > LONGEST_NOTE) found.push({ field: "note", text: m.er_note({ count: long, most: LONGEST_NOTE }) });
  if (found.length === 0 && form.changes.length === 0) found.push({ field: "who", text: m.er_nothing() });
  return found;
}
