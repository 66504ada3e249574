import { m } from ".";
import type { Reminder } from "../host/bindings/Reminder";
import { civilDay, type Place } from "./dates";

/** Of what this computer reminds, and when: the same wherever it stands. `keeps`: it outlives the window. */
export function reminderWords({ what, on, due }: Reminder, keeps: boolean, now: number, place: Place): string {
  const told = { date: civilDay(on, now, place), where: keeps ? m.rm_here() : m.rm_window() };
  if (what === "begin") return due ? m.rm_begin_due(told) : m.rm_begin(told);
  return due ? m.rm_end_due(told) : m.rm_end(told);
}
