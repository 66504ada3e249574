/** What the desktop says of requests that moved on. Whether somebody looks at the window just now, Rust knows better. */
import { host } from "../host";
import type { DueReminder } from "../host/bindings/DueReminder";
import type { InstitutionView } from "../host/bindings/InstitutionView";
import type { RequestRow } from "../host/bindings/RequestRow";
import type { RequestStatus } from "../host/bindings/RequestStatus";
import { m } from "../words";
import { within } from "../words/facts";
import { statusWords, titleWords } from "../words/requests";
import { app } from "./app.svelte";

/** Where a request has come that its reader waits for. What only goes on as was told is no news. */
const news: readonly RequestStatus["status"][] = ["needs-answer", "being-applied", "refused", "said-done", "checked-working", "conflict", "not-allowed", "not-taken", "taken-in-part", "no-longer-known"];

/** Tells of a request that moved on, or of one whose day has come. */
export function tell(news: RequestRow | DueReminder): void {
  const institution = app.session?.institution;
  const notice = institution && ("reminder" in news ? dueNotice(news, institution) : movedNotice(news, institution));
  // Everything is in the window as well: a desktop that shows no notices takes nothing away.
  if (notice) host.app.notify(notice).catch(() => undefined);
}

type Notice = Parameters<typeof host.app.notify>[0];

const titleOf = (row: RequestRow, { timeZone }: InstitutionView) => titleWords(row, Date.now(), { locale: app.locale, timeZone });

function movedNotice(row: RequestRow, institution: InstitutionView): Notice | null {
  if (!news.includes(row.status.status)) return null;
  const status = statusWords(row.status, institution, Date.now(), { locale: app.locale, timeZone: institution.timeZone }, row.proof);
  return { title: titleOf(row, institution), body: [row.label, status].filter(Boolean).join(": ") };
}

/** One that waits here is to be sent, or the end of one asked for. */
function dueNotice({ request, reminder: { what } }: DueReminder, institution: InstitutionView): Notice {
  const title = titleOf(request, institution);
  return what === "begin" ? { title: m.rm_send_h({ what: within(title) }), body: request.label } : { title: m.rm_end_h(), body: `${request.label}: ${title}` };
}
