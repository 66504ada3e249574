import { screen, within } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import { memory } from "../../host/memory";
import { begin, open } from "../../test-screen";
import { expectAccessible } from "../../test-axe";

beforeEach(begin);

const step = (at: string, what: "received" | "approved" | "other", by: string | null, text: string) => ({ at, what, by, request: "RQ-70", kind: "change-access" as const, text });

/** The lines of the tab, the newest first. */
const lines = async () => [...(await screen.findByRole("tabpanel", { name: /History/ })).querySelectorAll("ol > li")].map((line) => line.textContent?.replace(/\s+/g, " ").trim() ?? "");

test("joins what was seen with requests, one's own and others', by time", async () => {
  open("requests", "#/");
  memory.desk.told = [step("2026-11-10T09:00:00Z", "received", "Idris Penhallow", "Access: Jo Ferrand."), step("2026-11-10T10:00:00Z", "approved", null, ""), step("2026-11-10T11:00:00Z", "other", "Samir Okonjo", "Filed.")];
  location.hash = "#/accounts/a-enquiries/history";
  await screen.findByText("RQ-70");
  const told = await lines();
  const other = told.findIndex((line) => line.startsWith("RQ-70"));
  expect(told[other]).toMatch(/Asked by Idris Penhallow.*Idris Penhallow asked for it: Access: Jo Ferrand\..*The Service Desk agreed|Service Desk agreed/);
  expect(told[other]).toMatch(/Filed\./);
  const seen = told.findIndex((line) => /Sunniva Marsh/.test(line) && /Seen in the record/.test(line));
  expect(seen, "seen before that").toBeGreaterThan(other);
  const own = screen.getAllByRole("link").find((link) => link.getAttribute("href")?.startsWith("#/requests/") && link.closest("ol"));
  expect(own, "one's own lead to their page").toBeTruthy();
  expect(within(screen.getByRole("tabpanel")).getByText(/Others’ requests as the Service Desk told them/)).toBeTruthy();
  await expectAccessible();
});

test("a desk that does not tell is not drawn as one that had nothing to tell", async () => {
  open("requests", "#/");
  memory.desk.tellsTrails = "not-told";
  location.hash = "#/accounts/a-enquiries/history";
  expect(await screen.findByText("The Service Desk does not tell here what others asked for.")).toBeTruthy();
});

test("without an answer it says so", async () => {
  open("requests", "#/");
  memory.desk.tellsTrails = "no-answer";
  location.hash = "#/accounts/a-enquiries/history";
  expect(await screen.findByText("The Service Desk could not be asked what others asked for.")).toBeTruthy();
});
