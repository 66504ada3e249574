import { app } from "../../frame/app.svelte";
import type { FormPlace } from "../../host/bindings/FormPlace";
import type { InstitutionView } from "../../host/bindings/InstitutionView";
import type { RefusedField } from "../../host/bindings/RefusedField";
import type { Fault } from "../../parts/ErrorSummary.svelte";
import { m } from "../../words";
import { exampleDay, isDay } from "../../words/days";
import type { Finding } from "./finding.svelte";
import { type Form, LONGEST_NOTE, MOST_PEOPLE, type People } from "./form.svelte";

/** An error of the last try, as long as the field holds what it is about. */
export interface Told extends Fault {
  /** What the field held. */
  held: string;
}

/** A form whose errors are told of what a field holds, and no longer once it holds something else. */
export interface Holding {
  readonly refused: readonly RefusedField[];
  holds(field: string): string;
}

/** What the desk refused, at its fields. */
export function refusedFaults(form: Holding, { words }: InstitutionView): Told[] {
  return form.refused.map(({ at, text }) => {
    const field = placeField(at);
    return { field, text: m.er_desk({ desk: words.serviceDesk, text }), held: form.holds(field) };
  });
}

function placeField(at: FormPlace): string {
  if (at.place === "person") return `p-${at.id}`;
  return at.place === "answer" ? `q-${at.question}` : at.place;
}

/** What keeps a form from being checked on the day `today`, each at its field. Empty: nothing does. */
export function faultsOf(form: Form, finding: Finding, today: string): Fault[] {
  const found = [...peopleFaults(form, finding), ...dayFaults(form, today), ...noteFaults(form.note)];
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

/** Days that are none, and those that cannot be. A day that has come since it was chosen is no mistake. */
function dayFaults({ begins, ends, come, gives, changes }: Form, today: string): Fault[] {
  const found: Fault[] = [];
  const none = (field: string) => m.ak_er_day({ field, example: exampleDay(app.locale) });
  if (begins !== "" && !isDay(begins)) found.push({ field: "begins", text: none(m.dt_begins()) });
  else if (begins !== "" && begins < today && begins !== come) found.push({ field: "begins", text: m.er_begins_past() });
  if (ends === "") return found;
  if (!isDay(ends)) found.push({ field: "ends", text: none(m.dt_ends()) });
  else if (ends < today) found.push({ field: "ends", text: m.er_ends_past() });
  else if (isDay(begins) && ends < begins) found.push({ field: "ends", text: m.er_ends_first() });
  else if (!gives && changes.length > 0) found.push({ field: "ends", text: m.er_nothing_ends() });
  return found;
}

export function typedFaults(finding: Finding, field: string): Fault[] {
  const text = finding.query.trim();
  // Somebody has to answer for it: an empty field is no way out.
  return text ? [{ field, text: (field === "owner" ? m.er_typed_owner : m.er_typed)({ text }) }] : [];
}

export function noteFaults(note: string): Fault[] {
  const count = [...note].length;
  return count > LONGEST_NOTE ? [{ field: "note", text: m.er_note({ count, most: LONGEST_NOTE }) }] : [];
}
