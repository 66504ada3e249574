/** Where one can be. The address after `#` says it, so links, Back and tests need nothing else. */
export type AccountTab = "overview" | "people" | "sign-in" | "history";

export type Route =
  | { page: "home" }
  | { page: "accounts"; unit: boolean; id: string | null; tab: AccountTab }
  | { page: "people"; id: string | null }
  | { page: "look-up" }
  | { page: "help" }
  | { page: "settings" }
  | { page: "add" };

export const accountTabs: readonly AccountTab[] = ["overview", "people", "sign-in", "history"];

/** Reads an address. Whatever it does not know is Home: an old address never leaves a blank page. */
export function parse(hash: string): Route {
  const [page = "", first, second] = hash.replace(/^#?\/?/, "").split("/").map(decode);
  switch (page) {
    case "accounts":
    case "unit":
      return { page: "accounts", unit: page === "unit", id: first || null, tab: accountTabs.find((tab) => tab === second) ?? "overview" };
    case "people":
      return { page: "people", id: first || null };
    case "look-up":
    case "help":
    case "settings":
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
      return "#/";
    case "accounts": {
      const list = route.unit ? "#/unit" : "#/accounts";
      if (route.id === null) return list;
      const account = `${list}/${encodeURIComponent(route.id)}`;
      return route.tab === "overview" ? account : `${account}/${route.tab}`;
    }
    case "people":
      return route.id === null ? "#/people" : `#/people/${encodeURIComponent(route.id)}`;
    default:
      return `#/${route.page}`;
  }
}

/** Where Escape leads from `route`: one step out, or nowhere. */
export function outward(route: Route): Route | null {
  if (route.page === "accounts" && route.id !== null) return { ...route, id: null, tab: "overview" };
  if (route.page === "people" && route.id !== null) return { ...route, id: null };
  return route.page === "home" ? null : { page: "home" };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
