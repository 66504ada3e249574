/** What the desktop says of requests that moved on. Whether somebody looks at the window just now, Rust knows better. */
import { host } from "../host";
import type { RequestRow } from "../host/bindings/RequestRow";
import type { RequestStatus } from "../host/bindings/RequestStatus";
import { statusWords, titleWords } from "../words/requests";
import { app } from "./app.svelte";

/** Where a request has come that its reader waits for. What only goes on as was told is no news. */
const news: readonly RequestStatus["status"][] = ["needs-answer", "being-applied", "refused", "said-done", "checked-working", "conflict", "not-allowed", "not-taken", "taken-in-part"];

export function tell(row: RequestRow): void {
  const institution = app.session?.institution;
  if (!institution || !news.includes(row.status.status)) return;
  const [now, place] = [Date.now(), { locale: app.locale, timeZone: institution.timeZone }];
  const body = [row.label, statusWords(row.status, institution, now, place)].filter(Boolean).join(": ");
  // Everything is in the window as well: a desktop that shows no notices takes nothing away.
  host.app.notify({ title: titleWords(row, now, place), body }).catch(() => undefined);
}
