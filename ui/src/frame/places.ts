import type { Session } from "../host/bindings/Session";
import type { Drawing } from "../parts/drawings";
import { m } from "../words";
import type { Route } from "./route";

/** A place in the navigation. Ctrl and its number, counted from the top, lead there. */
export interface Place {
  route: Route;
  icon: Drawing;
  long: string;
  short: string;
  /** Below the rest, under a caption, or at the foot. */
  part: "main" | "role" | "end";
}

/** What somebody finds in the navigation: only what works for them. */
export function places({ me: { role }, asks, institution: { words: { owner } } }: Session): Place[] {
  const list = (unit: boolean): Route => ({ page: "accounts", unit, id: null, tab: "overview" });
  const found: Place[] = [
    { route: { page: "home" }, icon: "home", long: m.nav_home(), short: m.nav_home(), part: "main" },
    { route: list(false), icon: "accounts", long: m.nav_accounts(), short: m.nav_accounts(), part: "main" },
  ];
  if (asks) found.push({ route: { page: "requests", id: null, step: null }, icon: "requests", long: m.nav_requests(), short: m.nav_requests(), part: "main" });
  if (role === "it-officer") found.push({ route: list(true), icon: "unit", long: m.nav_unit(), short: m.nav_unit_short(), part: "role" });
  if (role === "service-desk") found.push({ route: { page: "look-up" }, icon: "search", long: m.nav_look_up({ owner }), short: m.nav_look_up_short(), part: "role" });
  found.push(
    { route: { page: "help" }, icon: "help", long: m.nav_help(), short: m.nav_help_short(), part: "end" },
    { route: { page: "settings" }, icon: "settings", long: m.nav_settings(), short: m.nav_settings(), part: "end" },
  );
  return found;
}

/** Whether `route` lies at `place`. */
export function isAt(route: Route, place: Place): boolean {
  const unit = "unit" in route && route.unit;
  // Whatever is asked for is asked among the requests, from the form to its end.
  const page = route.page === "people" ? "accounts" : route.page === "ask" || route.page === "change" ? "requests" : route.page;
  return page === place.route.page && (place.route.page !== "accounts" || unit === place.route.unit);
}
