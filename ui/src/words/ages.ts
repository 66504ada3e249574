import { m } from ".";
import { dayAndTime, moment, type Place } from "./dates";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "2 min ago" for a day, then a date. A moment ahead of the clock is "just now": clocks differ a little. */
export function age(text: string | null, now: number, place: Place): string {
  const at = moment(text);
  if (at === null) return m.never_read();
  const past = now - at;
  if (past >= DAY || past < -DAY) return m.age_on({ date: dayAndTime(at, now, place) });
  if (past < MINUTE) return m.age_now();
  if (past < HOUR) return m.age_minutes({ count: Math.floor(past / MINUTE) });
  return m.age_hours({ count: Math.floor(past / HOUR) });
}

/** Day and time, whatever the age. */
export function when(text: string | null, now: number, place: Place): string {
  const at = moment(text);
  return at === null ? m.never_read() : dayAndTime(at, now, place);
}
