import { m } from ".";
import type { AskedAlready } from "../host/bindings/AskedAlready";
import type { Consequence } from "../host/bindings/Consequence";
import type { InstitutionView } from "../host/bindings/InstitutionView";
import type { Locale } from "../host/bindings/Locale";
import type { Plan } from "../host/bindings/Plan";
import type { RequestKind } from "../host/bindings/RequestKind";
import type { Warning } from "../host/bindings/Warning";
import type { Drawing } from "../parts/drawings";
import { age } from "./ages";
import type { Place } from "./dates";
import { size } from "./sizes";

export function listWords(names: readonly string[], locale: Locale): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
}

/** What follows by itself: a bold beginning, and the rest of the sentence. `mine`: the reader answers for the account now. */
export function consequenceWords(consequence: Consequence, locale: Locale, mine: boolean): { icon: Drawing; heading: string; text: string } {
  switch (consequence.what) {
    case "takes-time":
      return { icon: "clock", heading: m.cq_time_h(), text: m.cq_time_p() };
    case "appears-in-outlook":
      return { icon: "equipment", heading: m.cq_appears_h({ names: listWords(consequence.names, locale) }), text: m.cq_appears_p() };
    case "leaves-outlook":
      return { icon: "equipment", heading: m.cq_leaves_h({ names: listWords(consequence.names, locale) }), text: m.cq_leaves_p() };
    case "password-ends":
      return { icon: "sign-in", heading: m.cq_password_h(), text: m.cq_password_p() };
    case "owner-changes": {
      const { from, to } = consequence;
      return { icon: "person", heading: m.cq_over_h({ to }), text: from === null ? m.cq_over_p() : mine ? m.cq_over_from_you() : m.cq_over_from({ from }) };
    }
    case "starts":
      return { icon: "check", heading: m.cq_starts_h(), text: m.cq_starts_p() };
    case "stops":
      return { icon: "close", heading: m.cq_stops_h(), text: m.cq_stops_p() };
  }
}

export function warningWords(warning: Warning, locale: Locale, { words: { serviceDesk: desk } }: InstitutionView): { heading: string; text: string } {
  switch (warning.what) {
    case "sends-without-reading":
      return { heading: m.wn_sends_h({ name: warning.name }), text: m.wn_sends_p() };
    case "both-ways-to-send":
      return { heading: m.wn_both_h({ name: warning.name }), text: m.wn_both_p() };
    case "opens-nothing":
      return { heading: m.wn_opens_h({ name: warning.name }), text: m.wn_opens_p() };
    case "opens-by-itself-for-group":
      return { heading: m.wn_group_h({ name: warning.name }), text: m.wn_group_p() };
    case "opens-by-itself-and-large":
      return { heading: m.wn_large_h({ size: size(warning.bytes, locale) }), text: m.wn_large_p() };
    case "many-people":
      return { heading: m.wn_many_h({ count: warning.count }), text: m.pp_many_p() };
    case "hidden-from-address-list":
      return { heading: m.wn_hidden_h(), text: m.wn_hidden_p() };
    case "has-left":
      return { heading: m.wn_left_h({ name: warning.name }), text: m.wn_left_p() };
    case "not-entitled":
      return { heading: m.wn_entitled_h({ name: warning.name }), text: m.wn_entitled_p({ desk }) };
    case "entitlement-not-known":
      return { heading: m.wn_unknown_h({ names: listWords(warning.names, locale) }), text: m.wn_unknown_p({ desk }) };
    case "looks-alike":
      return { heading: m.wn_alike_h({ name: warning.name }), text: m.wn_alike_p() };
    case "nobody-reads":
      return { heading: m.wn_nobody_h(), text: m.wn_nobody_p() };
    case "ends-sooner":
      return { heading: m.wn_sooner_h(), text: m.wn_sooner_p() };
  }
}

/** What is asked once more before it goes: a password that stops, an owner who is one no longer, a mailbox that is then open in both ways, an account that is not what it was. `null`: nothing is. */
export function sureWords(kind: RequestKind, { facts, consequences }: Plan, changed: boolean, { words: { unit } }: InstitutionView, locale: Locale): string | null {
  if (kind === "remove-password") return m.ck_sure_password();
  const opened = consequences.flatMap((consequence) => (consequence.what === "appears-in-outlook" ? consequence.opened : []));
  if (opened.length > 0) return m.ck_sure_twice({ names: listWords(opened, locale) });
  if (kind !== "hand-over") return changed ? m.ck_sure_changed() : null;
  const owner = facts.find(({ after }) => after.what === "owner")?.after;
  return m.ck_sure_over({ name: owner?.what === "owner" ? owner.to.name : "", unit });
}

/** A request of somebody else's that is open for the same, as far as the desk told of it. */
export function askedWords({ reference, by, text, toldAt }: AskedAlready, { words: { serviceDesk: desk } }: InstitutionView, now: number, place: Place): { heading: string; text: string } {
  const said = [by === null ? m.ck_asked() : m.ck_asked_by({ name: by }), text && m.ck_asked_text({ desk, text }), m.ck_asked_told({ desk, age: age(toldAt, now, place) }), m.ck_duplicate_p()];
  return { heading: m.ck_asked_h({ reference }), text: said.filter((part) => part !== "").join(" ") };
}
