/** Where one can be. The address after `#` says it, so links, Back and tests need nothing else. */
export type AccountTab = "overview" | "people" | "sign-in" | "history";

/** What is done with a request. `null`: it is followed. */
export type RequestStep = "change" | "check";

/** What of Settings can be led to. */
export type SettingsPart = "keeping";

/** What Help has a guide for, on a page of its own. */
export type HelpTopic = "calendar";

export type Route =
  | { page: "home" }
  | { page: "accounts"; unit: boolean; id: string | null; tab: AccountTab }
  | { page: "people"; id: string | null }
  | { page: "change"; unit: boolean; account: string }
  /** What can be asked for, about an account or about none; with `kind` the form for it. Its page knows which there are. */
  | { page: "ask"; unit: boolean; account: string | null; kind: string | null }
  | { page: "requests"; id: string | null; step: RequestStep | null; person?: string }
  | { page: "look-up" }
  /** With `topic` one of its guides. The page knows whether the institution has it. */
  | { page: "help"; topic?: HelpTopic }
  | { page: "settings"; part?: SettingsPart }
  | { page: "add" };

export const accountTabs: readonly AccountTab[] = ["overview", "people", "sign-in", "history"];

/** Reads an address. Whatever it does not know is Home: an old address never leaves a blank page. */
export function parse(hash: string): Route {
  const [page = "", first, second, third] = hash.replace(/^#?\/?/, "").split("/").map(decode);
  switch (page) {
    case "accounts":
    case "unit":
    case "ask": {
      const unit = page === "unit";
      const asked = page === "ask" ? { account: null, kind: first || null } : second === "ask" && first ? { account: first, kind: third || null } : null;
      if (asked) return { page: "ask", unit, ...asked };
      if (first && second === "change") return { page: "change", unit, account: first };
      return { page: "accounts", unit, id: first || null, tab: accountTabs.find((tab) => tab === second) ?? "overview" };
    }
    case "people":
      return { page: "people", id: first || null };
    case "requests": {
      const step = first ? (["change", "check"] as const).find((step) => step === second) : undefined;
      return { page, id: first || null, step: step ?? null, ...(step === "change" && third && { person: third }) };
    }
    case "help":
      return { page, ...(first === "calendar" && { topic: first }) };
    case "settings":
      return { page, ...(first === "keeping" && { part: first }) };
    case "look-up":
    case "add":
      return { page };
    default:
      return { page: "home" };
  }
}

/** The address of a route, `#` included. Identifiers are opaque, so they are encoded whole. */
export function address(route: Route): string {
  switch (route.page) {
    case "home":
      return join("");
    case "accounts":
      return join(place(route), route.id, route.id !== null && route.tab !== "overview" && route.tab);
    case "people":
      return join("people", route.id);
    case "change":
      return join(place(route), route.account, "change");
    case "ask":
      return join(route.account !== null && place(route), route.account, "ask", route.kind);
    case "requests":
      return join("requests", route.id, route.step, route.person);
    case "help":
      return join("help", route.topic);
    case "settings":
      return join("settings", route.part);
    default:
      return join(route.page);
  }
}

const place = ({ unit }: { unit: boolean }) => (unit ? "unit" : "accounts");

function join(...parts: (string | null | undefined | false)[]): string {
  return `#/${parts.filter((part) => typeof part === "string").map(encodeURIComponent).join("/")}`;
}

/** Where Escape leads from `route`: one step out, or nowhere. */
export function outward(route: Route): Route | null {
  if (route.page === "accounts" && route.id !== null) return { ...route, id: null, tab: "overview" };
  if (route.page === "people" && route.id !== null) return { ...route, id: null };
  if (route.page === "change") return { page: "accounts", unit: route.unit, id: route.account, tab: "people" };
  if (route.page === "ask") {
    const { unit, account, kind } = route;
    if (kind !== null) return { ...route, kind: null };
    return account === null ? { page: "requests", id: null, step: null } : { page: "accounts", unit, id: account, tab: "overview" };
  }
  if (route.page === "requests" && route.id !== null) {
    const { page, id, step } = route;
    return { page, id: step === null ? null : id, step: step === "check" ? "change" : null };
  }
  if (route.page === "help" && route.topic !== undefined) return { page: "help" };
  return route.page === "home" ? null : { page: "home" };
}

/** A list and its details, each with a pane of its own. */
export function isSplit(route: Route): boolean {
  return route.page === "accounts" || route.page === "people" || (route.page === "requests" && route.step === null);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
