import { m } from ".";
import type { Asks } from "../host/bindings/Asks";
import type { InstitutionView } from "../host/bindings/InstitutionView";
import type { Proof } from "../host/bindings/Proof";
import type { RequestEvent } from "../host/bindings/RequestEvent";
import type { RequestRow } from "../host/bindings/RequestRow";
import type { RequestStatus } from "../host/bindings/RequestStatus";
import { when } from "./ages";
import { mayNotWords } from "./may-not";
import { day, moment, time, type Place } from "./dates";

/** "add 1, change 1, remove 1": what a request asks for, counted. Empty where it asks for nothing. */
export function countWords({ add, change, remove }: { add: number; change: number; remove: number }): string {
  const parts = [add > 0 && m.rq_add_count({ count: add }), change > 0 && m.rq_change_count({ count: change }), remove > 0 && m.rq_remove_count({ count: remove })];
  return parts.filter((part) => part !== false).join(", ");
}

/** What a request asks for in a few words: of access by person or number, of anything else by what its asker calls it or by its name. */
export function titleWords({ kind, name, asks }: Pick<RequestRow, "kind" | "name" | "asks">, now: number, place: Place): string {
  if (kind === "change-access") return asksWords(asks);
  if (asks.title !== null) return asks.title;
  for (const { after } of asks.facts) {
    if (kind === "hand-over" && after.what === "owner") return m.rq_title_what({ name, what: after.to.name });
    if (kind === "renew" && after.what === "expires") return m.rq_title_what({ name, what: m.rq_until({ date: day(moment(after.at) ?? now, now, place) }) });
  }
  return name;
}

/** The person where it is one, else how many. */
export function asksWords({ adds, changes, removes }: Asks): string {
  if (adds.length + changes.length + removes.length === 1) {
    const [add, change, remove] = [adds[0], changes[0], removes[0]];
    if (add !== undefined) return m.rq_add({ name: add });
    return change !== undefined ? m.rq_change({ name: change }) : m.rq_remove({ name: remove ?? "" });
  }
  const counted = countWords({ add: adds.length, change: changes.length, remove: removes.length });
  return counted ? counted.charAt(0).toUpperCase() + counted.slice(1) : m.rq_nothing_yet();
}

/** A time today, a day and time otherwise. */
export function soonWords(text: string, now: number, place: Place): string {
  const at = moment(text);
  if (at === null) return text;
  return day(at, now, place) === day(now, now, place) ? time(at, place) : when(text, now, place);
}

/** "at 14:20" today, "on 18 November, 14:20" otherwise. */
function atWords(text: string, now: number, place: Place): string {
  const at = moment(text);
  if (at === null) return text;
  return day(at, now, place) === day(now, now, place) ? m.age_at({ time: time(at, place) }) : m.age_on({ date: when(text, now, place) });
}

/** A time today, a day otherwise: as short as a list's line wants it. */
export function lineTime(text: string, now: number, place: Place): string {
  const at = moment(text);
  if (at === null) return text;
  return day(at, now, place) === day(now, now, place) ? time(at, place) : day(at, now, place, "short");
}

/** The status in a few words, the same wherever it stands. Of a question that is answered nothing is applied. */
export function statusWords(status: RequestStatus, { words: { serviceDesk: desk } }: InstitutionView, now: number, place: Place, proof: Proof = "record"): string {
  switch (status.status) {
    case "draft":
      return m.st_draft();
    case "waiting-for-connection":
      return m.st_waiting();
    case "not-known":
      return m.st_not_known();
    case "conflict":
      return m.st_conflict();
    case "not-allowed":
      return m.st_not_allowed();
    case "not-taken":
      return m.st_not_taken({ desk });
    case "taken-in-part":
      return (status.lacks ? m.st_in_part : m.st_in_part_more)({ reference: status.reference });
    case "with-desk":
      return m.st_with_desk({ desk, reference: status.reference });
    case "needs-answer":
      return m.st_answer();
    case "answer-awaited":
      return m.st_awaited();
    case "being-applied":
      return proof === "answer" ? m.st_taken_up() : m.st_applying({ by: soonWords(status.by, now, place) });
    case "said-done":
      return m.st_said();
    case "checked-working":
      return m.st_seen();
    case "refused":
      return m.st_refused();
    case "withdrawn":
      return m.st_withdrawn();
    case "no-longer-known":
      return m.st_lost({ desk });
  }
}

/** Whether this computer alone knows of it, or may be the only one that does. */
export function isHere({ status }: RequestStatus): boolean {
  return ["draft", "waiting-for-connection", "not-known", "conflict", "not-allowed", "not-taken"].includes(status);
}

/** Where a request is while it is only here. */
export interface Here {
  /** It outlives the window. */
  keeps: boolean;
  /** Whoever has to be on the screen for it to go, where it may be somebody else. */
  among: string | null;
  /** A try to send it got no answer. */
  unsure?: boolean;
  /** The desk cannot be searched: only its writer can have it sent once more. `said`: that was said, and it has not gone. */
  again?: "may" | "said" | null;
  /** Whether it is there can only be asked by its writer. */
  asks?: boolean;
}

/** What the status means, and what comes of it. Where nothing `keeps` it, that is said of what is only here. */
export function statusSentence(status: RequestStatus, institution: InstitutionView, now: number, place: Place, shown: Proof = "record", { keeps, among, unsure = false, again = null, asks = false }: Here = { keeps: true, among: null }): string {
  const words = sentence(status, institution, now, place, shown, { keeps, among, unsure, again, asks });
  return keeps || !isHere(status) ? words : `${words} ${m.st_not_kept()}`;
}

function sentence(status: RequestStatus, institution: InstitutionView, now: number, place: Place, shown: Proof, { keeps, among, unsure, again, asks }: Here): string {
  if (unsure) return unsureSentence(status, institution, asks === true);
  if (again && status.status === "not-known") return (again === "said" ? m.st_again_p : m.st_not_known_again)({ desk: institution.words.serviceDesk });
  return status.status === "waiting-for-connection" ? waits(keeps, among) : meaning(status, institution, now, place, shown);
}

/** Of a try to send it nothing is known: then nothing is said to have been sent, or not. */
function unsureSentence(status: RequestStatus, institution: InstitutionView, asks: boolean): string {
  const said = (asks ? m.st_unsure_ask : m.st_unsure_p)({ desk: institution.words.serviceDesk });
  if (status.status === "conflict") return `${said} ${m.st_conflict_changed()}`;
  if (status.status === "not-taken") return `${said} ${status.reason ? m.st_last_try_said({ reason: status.reason }) : m.st_last_try()}`;
  return status.status === "not-allowed" ? `${said} ${mayNotWords(status.why, institution)}` : said;
}

function waits(keeps: boolean, name: string | null): string {
  if (name === null) return keeps ? m.st_waiting_p() : m.st_waiting_window();
  return (keeps ? m.st_waiting_as : m.st_waiting_window_as)({ name });
}

/** When a request goes that waits for a connection, as the next step of its course. */
export const nowWaits = (among: string | null): string => (among === null ? m.rq_now_waits() : m.rq_now_waits_as({ name: among }));

/** Before it is sent without a connection: where it waits, and when it goes. */
export function offlineWords({ keeps, among: name }: Here): string {
  if (name === null) return keeps ? m.ck_offline() : m.ck_offline_window();
  return (keeps ? m.ck_offline_as : m.ck_offline_window_as)({ name });
}

function meaning(status: Exclude<RequestStatus, { status: "waiting-for-connection" }>, institution: InstitutionView, now: number, place: Place, shown: Proof): string {
  const desk = institution.words.serviceDesk;
  switch (status.status) {
    case "draft":
      return m.st_draft_p();
    case "not-known":
      return m.st_not_known_p({ desk });
    case "conflict":
      return m.st_conflict_p();
    case "not-allowed":
      return `${m.st_not_allowed_p()} ${mayNotWords(status.why, institution)}`;
    case "not-taken":
      return status.reason ? m.st_not_taken_p({ desk, reason: status.reason }) : m.st_not_taken_bare({ desk });
    case "taken-in-part": {
      if (!status.ended) return (status.lacks ? m.st_in_part_p : m.st_in_part_more_p)({ desk, reference: status.reference });
      if (status.seenAt === null) return (status.lacks ? m.st_in_part_said : m.st_in_part_more_said)({ desk });
      return (status.lacks ? m.st_in_part_seen : m.st_in_part_more_seen)({ desk, at: atWords(status.seenAt, now, place) });
    }
    case "with-desk":
      return (shown === "answer" ? m.st_with_desk_told : m.st_with_desk_p)({ desk, reference: status.reference });
    case "needs-answer":
      return (shown === "answer" ? m.st_answer_told : m.st_answer_p)({ desk });
    case "answer-awaited":
      return m.st_awaited_p();
    case "being-applied":
      if (shown === "answer") return m.st_applying_told({ desk, since: atWords(status.since, now, place) });
      return ((moment(status.by) ?? now) > now ? m.st_applying_p : m.st_applying_late)({ desk, since: atWords(status.since, now, place), by: soonWords(status.by, now, place), now: time(now, place) });
    case "said-done":
      return { record: m.st_said_p, tried: m.st_said_try_p, word: m.st_said_word_p, answer: m.st_said_told }[shown]({ desk, at: atWords(status.at, now, place) });
    case "checked-working":
      if (status.tried) return m.st_tried_p({ at: atWords(status.seenAt, now, place) });
      return m.st_seen_p({ at: atWords(status.seenAt, now, place) });
    case "refused":
      return status.reason ? m.st_refused_p({ desk, reason: status.reason }) : m.st_refused_bare({ desk });
    case "withdrawn":
      return m.st_withdrawn_p();
    case "no-longer-known":
      return m.st_lost_p({ desk, reference: status.reference, since: soonWords(status.since, now, place), at: atWords(status.lookedAt, now, place) });
  }
}

/** One step of what has happened. Of a question that is answered nothing is decided. */
export function eventWords({ what, by, text }: RequestEvent, { words: { serviceDesk: desk } }: InstitutionView, proof: Proof = "record"): string {
  const who = by ?? null;
  switch (what) {
    case "written":
      return who === null ? m.ev_written() : m.ev_written_by({ name: who });
    case "sent":
      return who === null ? m.ev_sent() : m.ev_sent_by({ name: who });
    case "received":
      return m.ev_received({ desk });
    case "not-taken":
      return m.ev_not_taken({ desk });
    case "taken-in-part":
      return m.ev_in_part({ desk });
    case "asked":
      return who === null ? m.ev_asked({ desk }) : m.ev_asked_by({ name: who });
    case "answered":
      return who === null ? m.ev_answered() : m.ev_answered_by({ name: who });
    case "approved":
      if (proof === "answer" && text) return who === null ? m.ev_answered_desk({ desk }) : m.ev_answered_by({ name: who });
      if (proof === "answer") return who === null ? m.ev_taken_up({ desk }) : m.ev_taken_up_by({ name: who });
      return who === null ? m.ev_approved({ desk }) : m.ev_approved_by({ name: who });
    case "refused":
      return who === null ? m.ev_refused({ desk }) : m.ev_refused_by({ name: who });
    case "said-done":
      return m.ev_said({ desk });
    case "seen":
      return m.ev_seen();
    case "tried":
      return m.ev_tried();
    case "withdrawn":
      return who === null ? m.ev_withdrawn() : m.ev_withdrawn_by({ name: who });
    case "no-longer-known":
      return m.ev_lost({ desk });
    case "reopened":
      return m.ev_reopened({ desk });
  }
}
