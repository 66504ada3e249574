/** Days as people write them: "31 January 2028", "31/1/2028", "Jan 31, 2028", "2028-01-31". */
import { m } from ".";
import type { Locale } from "../host/bindings/Locale";
import type { Place } from "./dates";

const months = new Map<Locale, string[]>();

function monthsOf(locale: Locale): string[] {
  let known = months.get(locale);
  if (!known) {
    const format = new Intl.DateTimeFormat(locale, { month: "long", timeZone: "UTC" });
    known = Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2024, month, 15)).toLowerCase());
    months.set(locale, known);
  }
  return known;
}

/** A day of the calendar as `2028-01-31`, or `null` where there is no such day. */
function civil(year: number, month: number, date: number): string | null {
  const at = new Date(Date.UTC(year, month - 1, date));
  const is = year >= 1000 && year <= 9999 && at.getUTCMonth() === month - 1 && at.getUTCDate() === date;
  return is ? at.toISOString().slice(0, 10) : null;
}

/** What was typed as a day, `2028-01-31`, or `null` where it is none, or two. Numbers alone are read as the locale orders them. */
export function readDay(typed: string, locale: Locale): string | null {
  const text = typed.trim().toLowerCase();
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return civil(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const parts = text.split(/[\s,./-]+/).filter((part) => part !== "" && part !== "of");
  const words = parts.filter((part) => /^\p{L}/u.test(part));
  const numbers = parts.map((part) => /^(\d{1,4})(?:st|nd|rd|th)?$/.exec(part)?.[1]).filter((part) => part !== undefined).map(Number);
  // "Monday 31 January" says nothing that the rest does not.
  const named = words.flatMap((word) => (word.length < 3 ? [] : monthsOf(locale).flatMap((name, at) => (name.startsWith(word) ? [at + 1] : []))));
  if (numbers.length === 2 && named.length === 1) {
    const [first = 0, second = 0] = numbers;
    return civil(second, named[0] ?? 0, first);
  }
  if (numbers.length !== 3 || words.length > 0) return null;
  const [first = 0, second = 0, year = 0] = numbers;
  return locale === "en-US" ? civil(year, first, second) : civil(year, second, first);
}

/** A day in full: "Monday 31 January 2028". `weekday`: whether it says which. */
export function wholeDay(day: string, locale: Locale, weekday: boolean): string {
  const format = new Intl.DateTimeFormat(locale, { ...(weekday && { weekday: "long" }), day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return format.format(Date.parse(`${day}T12:00:00Z`));
}

/** The day that it is somewhere now, as `2028-01-31`. */
export function dayOf(now: number, { timeZone }: Pick<Place, "timeZone">): string {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("sv-SE", options).format(now);
  try {
    return format({ timeZone });
  } catch {
    // A zone that this computer does not know is taken for UTC, as Rust takes it.
    return format({ timeZone: "UTC" });
  }
}

/** Whether it is a day of the calendar, and not what was typed while it is none. */
export function isDay(text: string): boolean {
  const [year = "", month = "", date = ""] = text.split("-");
  return civil(Number(year), Number(month), Number(date)) === text;
}

/** A day long enough ahead to serve as an example. */
export const exampleDay = (locale: Locale): string => wholeDay("2028-01-31", locale, false);

/** What helps with a field for a day, with how a day is written. */
export const dayHint = (hint: string | null, locale: Locale): string => [hint, m.ak_day_hint({ example: exampleDay(locale) })].filter(Boolean).join(" ");
