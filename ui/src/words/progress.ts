import { m } from ".";
import type { Freshness } from "../host/bindings/Freshness";
import type { Locale } from "../host/bindings/Locale";

/** "40 of 90", or "40 so far" where the directory announced no number. Empty before the first page. */
export function progressWords(progress: Freshness["progress"], locale: Locale): string {
  if (progress === null) return "";
  const done = progress.done.toLocaleString(locale);
  return progress.total === null ? m.fresh_progress_open({ done }) : m.fresh_progress({ done, total: progress.total.toLocaleString(locale) });
}

/** What there is to say before the record was once read to its end: not "none", for nobody has looked. `null` after that. */
export function unreadWords({ readAt, state, progress }: Freshness, locale: Locale): string | null {
  if (readAt !== null) return null;
  if (state !== "checking") return m.first_unread();
  const words = progressWords(progress, locale);
  return words ? m.first_reading_at({ progress: words }) : m.first_reading();
}
