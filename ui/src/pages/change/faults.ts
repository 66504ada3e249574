import type { Fault } from "../../parts/ErrorSummary.svelte";
import { m } from "../../words";
import type { Finding } from "./finding.svelte";
import { type Form, LONGEST_NOTE, MOST_PEOPLE, type People } from "./form.svelte";

/** What keeps a form from being checked, each at its field. Empty: nothing does. */
export function faultsOf(form: Form, finding: Finding): Fault[] {
  const found = [...peopleFaults(form, finding), ...noteFaults(form.note)];
  if (found.length === 0 && form.changes.length === 0) found.push({ field: "who", text: m.er_nothing() });
  return found;
}

/** What was typed and names nobody yet, and whoever is new and was given nothing. */
export function peopleFaults(people: People, finding: Finding): Fault[] {
  const found = typedFaults(finding, "who");
  if (finding.progress) found.push({ field: "who", text: m.er_looking(finding.progress) });
  finding.unsorted.forEach(({ text }, at) => found.push({ field: `sort-${at}`, text: m.er_sort({ text }) }));
  for (const { to, rights } of people.added) if (rights.length === 0) found.push({ field: `p-${to.id}`, text: m.er_choose({ name: to.name }) });
  if (people.changes.length > MOST_PEOPLE) found.push({ field: "who", text: m.er_many({ count: people.changes.length, most: MOST_PEOPLE }) });
  return found;
}

export function typedFaults(finding: Finding, field: string): Fault[] {
  const text = finding.query.trim();
  return text ? [{ field, text: m.er_typed({ text }) }] : [];
}

export function noteFaults(note: string): Fault[] {
  const count = [...note].length;
  return count > LONGEST_NOTE ? [{ field: "note", text: m.er_note({ count, most: LONGEST_NOTE }) }] : [];
}
