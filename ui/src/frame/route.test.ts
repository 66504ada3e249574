import { expect, test } from "vitest";
import { address, outward, parse, type Route } from "./route";

const routes: Route[] = [
  { page: "home" },
  { page: "accounts", unit: false, id: null, tab: "overview" },
  { page: "accounts", unit: true, id: "a/b?c#d é", tab: "people" },
  { page: "people", id: "..%2f" },
  { page: "change", unit: false, account: "a/b?c#d é" },
  { page: "change", unit: true, account: "a1" },
  { page: "ask", unit: false, account: null, kind: null },
  { page: "ask", unit: false, account: null, kind: "new-account" },
  { page: "ask", unit: true, account: "a/b?c#d é", kind: null },
  { page: "ask", unit: false, account: "a1", kind: "remove-password" },
  { page: "requests", id: null, step: null },
  { page: "requests", id: "r1", step: null },
  { page: "requests", id: "r1", step: "check" },
  { page: "requests", id: "r1", step: "change" },
  { page: "requests", id: "r1", step: "change", person: "p/1" },
  { page: "look-up" },
  { page: "help" },
  { page: "help", topic: "calendar" },
  { page: "settings" },
  { page: "settings", part: "keeping" },
  { page: "add" },
];

test.each(routes)("the address of $page leads back to it", (route) => {
  expect(parse(address(route))).toEqual(route);
});

test.each(["", "#", "#/nowhere", "#/%E0%A4%A", "#///"])("an address that is unknown or broken (%s) is Home", (hash) => {
  expect(parse(hash)).toEqual({ page: "home" });
});

test("a step without a request, or an unknown one, is the list or the request", () => {
  expect(parse("#/requests//check")).toEqual({ page: "requests", id: null, step: null });
  expect(parse("#/requests/r1/eat")).toEqual({ page: "requests", id: "r1", step: null });
});

test("an unknown tab is the first, not a blank", () => {
  expect(parse("#/accounts/a1/set-up")).toMatchObject({ id: "a1", tab: "overview" });
});

test("Escape goes out one step at a time and stops at Home", () => {
  expect(outward({ page: "accounts", unit: true, id: "a1", tab: "people" })).toEqual({ page: "accounts", unit: true, id: null, tab: "overview" });
  expect(outward({ page: "people", id: null })).toEqual({ page: "home" });
  expect(outward({ page: "change", unit: true, account: "a1" })).toEqual({ page: "accounts", unit: true, id: "a1", tab: "people" });
  expect(outward({ page: "ask", unit: true, account: "a1", kind: "close" })).toEqual({ page: "ask", unit: true, account: "a1", kind: null });
  expect(outward({ page: "ask", unit: true, account: "a1", kind: null })).toEqual({ page: "accounts", unit: true, id: "a1", tab: "overview" });
  expect(outward({ page: "ask", unit: false, account: null, kind: null })).toEqual({ page: "requests", id: null, step: null });
  expect(outward({ page: "requests", id: "r1", step: "check" })).toEqual({ page: "requests", id: "r1", step: "change" });
  expect(outward({ page: "requests", id: "r1", step: "change", person: "p1" })).toEqual({ page: "requests", id: "r1", step: null });
  expect(outward({ page: "requests", id: "r1", step: null })).toEqual({ page: "requests", id: null, step: null });
  expect(outward({ page: "requests", id: null, step: null })).toEqual({ page: "home" });
  expect(outward({ page: "home" })).toBeNull();
});
