import type { Locale } from "../host/bindings/Locale";
import type { PartialDate } from "../host/bindings/PartialDate";

/** In which English, and at which place, times are told. */
export interface Place {
  locale: Locale;
  /** IANA name; a name that this computer does not know falls back to its own zone. */
  timeZone: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(place: Place, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([place, options]);
  let known = formats.get(key);
  if (!known) {
    try {
      known = new Intl.DateTimeFormat(place.locale, { timeZone: place.timeZone, ...options });
    } catch {
      known = new Intl.DateTimeFormat(place.locale, options);
    }
    formats.set(key, known);
  }
  return known;
}

/** The first date takes a browser long to write: it is written while nothing else can be done. */
export function prepareDates(): void {
  day(0, 0, { locale: "en-GB", timeZone: "UTC" });
}

/** A moment (RFC 3339) as milliseconds, or `null` where it is none. */
export function moment(text: string | null): number | null {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** "19 November", "November 19"; with the year where it is not the year of `now`. */
export function day(at: number, now: number, place: Place, style: "long" | "short" = "long"): string {
  const year = format(place, { year: "numeric" });
  const other = year.format(at) !== year.format(now);
  return format(place, { day: "numeric", month: style, ...(other && { year: "numeric" }) }).format(at);
}

/** A day of the calendar ("2026-12-04"), the same wherever one is. What is no such day is shown as it came. */
export function civilDay(date: string, now: number, place: Place, style: "long" | "short" = "long"): string {
  const at = moment(/^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date}T12:00:00Z` : date);
  return at === null ? date : day(at, now, { ...place, timeZone: "UTC" }, style);
}

/**
 * A date as exactly as its source says it: "2013", "May 2021", "14 September" (with the year as {@link civilDay} does).
 * What is no such date is shown as it came.
 */
export function partialDate(date: PartialDate, now: number, place: Place): string {
  if (!/^\d{4}-\d{2}$/.test(date)) return /^\d{4}$/.test(date) ? date : civilDay(date, now, place);
  const at = moment(`${date}-01T12:00:00Z`);
  return at === null ? date : format({ ...place, timeZone: "UTC" }, { month: "long", year: "numeric" }).format(at);
}

/** "15:20", "3:20 PM". */
export function time(at: number, place: Place): string {
  return format(place, { hour: "numeric", minute: "2-digit", ...(place.locale === "en-GB" && { hour: "2-digit" }) }).format(at);
}

/** "19 November, 06:00", "November 19, 6:00 AM". */
export function dayAndTime(at: number, now: number, place: Place): string {
  return `${day(at, now, place)}, ${time(at, place)}`;
}
