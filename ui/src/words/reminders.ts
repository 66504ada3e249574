import { m } from ".";
import type { Reminder } from "../host/bindings/Reminder";
import { civilDay, type Place } from "./dates";

/** Of what this computer reminds, and when: the same wherever it stands. */
export function reminderWords({ what, on, due }: Reminder, now: number, place: Place): string {
  const date = civilDay(on, now, place);
  if (what === "begin") return due ? m.rm_begin_due({ date }) : m.rm_begin({ date });
  return due ? m.rm_end_due({ date }) : m.rm_end({ date });
}
