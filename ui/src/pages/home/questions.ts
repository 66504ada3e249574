import type { Route } from "../../frame/route";
import type { FacetCounts } from "../../host/bindings/FacetCounts";
import type { Session } from "../../host/bindings/Session";
import type { Drawing } from "../../parts/drawings";
import { app } from "../../frame/app.svelte";
import { m } from "../../words";
import { unitNames } from "../../words/names";
import { lists } from "../accounts/lists.svelte";

/** A question of the person's, and the page that answers it. */
export interface Question {
  key: string;
  icon: Drawing;
  text: string;
  hint: string;
  route: Route;
  /** Sets the list so that it answers. */
  before?: () => void;
}

/** The questions that have an answer for this person. Without counts (not read yet) all are asked. */
export function questions({ me, asks, institution }: Pick<Session, "me" | "asks" | "institution">, counts: FacetCounts | null): Question[] {
  const { serviceDesk: desk, localIt: local } = institution.words;
  const list: Route = { page: "accounts", unit: false, id: null, tab: "overview" };
  const found: Question[] = [];
  if (me.role === "service-desk") found.push({ key: "look-up", icon: "search", text: m.home_q_desk(), hint: m.home_q_desk_hint(), route: { page: "look-up" } });
  const hint = counts ? m.home_own_use({ own: counts.own, use: counts.use }) : "";
  found.push({ key: "accounts", icon: "accounts", text: m.home_q_accounts(), hint, route: list, before: () => lists.narrow(true, true) });
  if (counts === null || counts.own > 0) {
    found.push({ key: "who", icon: "people", text: m.home_q_who(), hint: institution.rights.length > 0 ? m.home_q_who_hint() : m.home_q_known_hint(), route: list, before: () => lists.narrow(true, false) });
  }
  if (counts === null || counts.use > 0) {
    found.push({ key: "ask", icon: "help", text: m.home_q_ask(), hint: m.home_q_ask_hint(), route: list, before: () => lists.narrow(false, true) });
  }
  if (me.role === "it-officer") {
    const hint = m.home_q_unit_hint({ units: unitNames(me, app.locale) });
    found.push({ key: "unit", icon: "unit", text: m.home_q_unit(), hint, route: { ...list, unit: true } });
  }
  if (counts === null || counts.own + (counts.unit ?? 1) > 0) {
    found.push({ key: "person", icon: "person", text: m.home_q_person(), hint: m.home_q_person_hint(), route: { page: "people", id: null } });
  }
  if (asks) found.push({ key: "request", icon: "requests", text: m.home_q_request(), hint: m.home_q_request_hint(), route: { page: "ask", unit: false, account: null, kind: null } });
  found.push({ key: "help", icon: "phone", text: m.home_q_help(), hint: m.home_q_help_hint({ desk, local }), route: { page: "help" } });
  return found;
}
