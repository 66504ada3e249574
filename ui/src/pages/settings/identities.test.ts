/** Several identities on one computer: only whoever is on the screen sends. */
import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { app } from "../../frame/app.svelte";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import { memory } from "../../host/memory";
import { blank } from "../../host/memory/wish";
import { asked, begin, open } from "../../test-screen";
import { expectAccessible } from "../../test-axe";
import { idOf } from "../requests/test-requests";

beforeEach(begin);

/** Hal Brindley is known on this computer too. */
function besideHal() {
  const { start } = memory.scenario;
  const [mine] = start.identities;
  if (!mine) throw new Error("somebody is signed in");
  memory.scenario.start = { ...start, identities: [mine, { ...mine, id: "i-hal", name: "Hal Brindley", username: "eart0777", current: false }] };
  memory.tell("session-changed", null);
}

async function settings(scenario: string) {
  const user = userEvent.setup();
  open(scenario, "#/settings");
  besideHal();
  const press = async (name: string) => user.click(await screen.findByRole("button", { name }));
  return { user, press };
}

const dialog = () => screen.findByRole("dialog", { name: /requests are not known to be sent/ });

test("before a switch it is said that what is not sent waits until one is back", async () => {
  const { user, press } = await settings("requests");
  await press("Switch to Hal Brindley");
  const told = await dialog();
  expect(told.textContent).toContain("They stay on this computer. Only the requests of whoever is on the screen go: these wait until Maren Tolliver is there again.");
  await expectAccessible();
  await user.click(within(told).getByRole("button", { name: "Stay as Maren Tolliver" }));
  expect(asked("switchTo")).toEqual([]);
  await press("Switch to Hal Brindley");
  await user.click(within(await dialog()).getByRole("button", { name: "Switch to Hal Brindley" }));
  await waitFor(() => expect(asked("switchTo")).toEqual(["i-hal"]));
});

test("before somebody else signs in too the same is said", async () => {
  const { user } = await settings("requests");
  const link = await screen.findByRole("link", { name: "Sign in as somebody else too" });
  await user.click(link);
  await user.click(within(await dialog()).getByRole("button", { name: "Stay as Maren Tolliver" }));
  expect(address(navigation.route)).toBe("#/settings");
  await user.click(link);
  await user.click(within(await dialog()).getByRole("button", { name: "Sign in as somebody else too" }));
  expect(address(navigation.route)).toBe("#/add");
});

test("where everything is sent nobody is asked", async () => {
  const { press } = await settings("owner");
  await press("Switch to Hal Brindley");
  await waitFor(() => expect(asked("switchTo")).toEqual(["i-hal"]));
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("where nothing is kept it is said how long it waits", async () => {
  const { press } = await settings("requests");
  const { start } = memory.scenario;
  if (!start.session) throw new Error("somebody is signed in");
  memory.scenario.start = { ...start, session: { ...start.session, keeping: "nothing" } };
  memory.tell("session-changed", null);
  await waitFor(() => expect(app.keeps).toBe(false));
  await press("Switch to Hal Brindley");
  expect((await dialog()).textContent).toMatch(/wait here until Maren Tolliver is on the screen again.*gone when this program closes/);
});

test("what waits says who has to be on the screen, where that may be somebody else", async () => {
  open("requests", "#/");
  const id = idOf("waiting-for-connection");
  navigation.go({ page: "requests", id, step: null });
  const alone = "Saved on this computer, not sent. Goes when this program is open and connected.";
  expect(await screen.findByText(alone)).toBeTruthy();
  besideHal();
  expect(await screen.findByText("Saved on this computer, not sent. Goes when this program is open and connected, with Maren Tolliver on the screen.")).toBeTruthy();
  expect(screen.queryByText(alone)).toBeNull();
  expect(screen.getByText("Goes when this program is open and connected, with Maren Tolliver on the screen"), "in its course too").toBeTruthy();
});

test("before it is sent without a connection it says so too", async () => {
  open("offline", "#/");
  const change = { to: { id: "p-leonie", kind: "person" as const, name: "Leonie Strake", username: null, unit: null, leavesOn: null, hasLeft: false }, rights: ["full-access"] };
  const id = memory.desk.saveDraft({ ...blank("change-access", "a-enquiries"), changes: [change] });
  navigation.go({ page: "requests", id, step: "check" });
  expect(await screen.findByText(/You are offline\. It waits on this computer and goes when this program is open and connected\.$/)).toBeTruthy();
  besideHal();
  expect(await screen.findByText(/goes when this program is open and connected, with Maren Tolliver on the screen\.$/)).toBeTruthy();
});
