import { m } from ".";
import type { Consequence } from "../host/bindings/Consequence";
import type { InstitutionView } from "../host/bindings/InstitutionView";
import type { Locale } from "../host/bindings/Locale";
import type { MayNotAsk } from "../host/bindings/MayNotAsk";
import type { PlanFault } from "../host/bindings/PlanFault";
import type { Warning } from "../host/bindings/Warning";
import type { Drawing } from "../parts/drawings";
import { rightNames } from "./changes";
import { size } from "./sizes";

export function listWords(names: readonly string[], locale: Locale): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
}

/** What follows by itself: a bold beginning, and the rest of the sentence. */
export function consequenceWords(consequence: Consequence, locale: Locale): { icon: Drawing; heading: string; text: string } {
  switch (consequence.what) {
    case "takes-time":
      return { icon: "clock", heading: m.cq_time_h(), text: m.cq_time_p() };
    case "appears-in-outlook":
      return { icon: "equipment", heading: m.cq_appears_h({ names: listWords(consequence.names, locale) }), text: m.cq_appears_p() };
    case "leaves-outlook":
      return { icon: "equipment", heading: m.cq_leaves_h({ names: listWords(consequence.names, locale) }), text: m.cq_leaves_p() };
  }
}

export function warningWords(warning: Warning, locale: Locale): { heading: string; text: string } {
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
    case "nobody-reads":
      return { heading: m.wn_nobody_h(), text: m.wn_nobody_p() };
  }
}

/** Why somebody may not ask, and whom to turn to. */
export function mayNotWords(why: MayNotAsk, { words: { owner, unit, itOfficer, serviceDesk: desk } }: InstitutionView): string {
  switch (why) {
    case "not-yours":
      return m.mn_not_yours({ owner, unit, itOfficer });
    case "signed-in-as-it":
      return m.mn_itself({ owner });
    case "not-by-delegation":
      return m.mn_not_by_delegation();
    case "access-not-shown":
      return m.mn_not_shown({ desk });
  }
}

/** Why a wish comes to nothing, and what to do. */
export function faultWords(fault: PlanFault, institution: InstitutionView): string {
  switch (fault.code) {
    case "nothing-changes":
      return m.pf_nothing();
    case "named-twice":
      return m.pf_twice({ name: fault.name });
    case "unknown-right":
      return m.pf_right({ right: rightNames([fault.right], institution) });
    case "is-owner":
      return m.pf_owner({ name: fault.name, owner: institution.words.owner });
    case "may-not-ask":
      return mayNotWords(fault.why, institution);
  }
}
