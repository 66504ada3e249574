import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import App from "../../App.svelte";
import { navigation } from "../../frame/navigation.svelte";
import { memory } from "../../host/memory";
import { NOW } from "../../host/memory/accounts";
import { scenarios } from "../../host/memory/scenario";
import { open, begin } from "../../test-screen";
import { expectAccessible } from "../../test-axe";

beforeEach(begin);

describe("what needs somebody at the service desk", () => {
  test("on accounts of their own is listed as it is counted, and N leads there", async () => {
    const user = userEvent.setup();
    memory.set("desk");
    memory.scenario.accounts = scenarios.owner?.().accounts ?? [];
    render(App);
    const needs = await screen.findByRole("region", { name: "Needs you" });
    const items = within(needs).getAllByRole("listitem");
    const count = Number(/(\d+) things? needs? you/.exec(screen.getByText(/^Hello/).textContent ?? "")?.[1]);
    expect(items.length).toBeGreaterThan(0);
    expect(count).toBeGreaterThanOrEqual(items.length);
    await user.keyboard("n");
    expect(needs.contains(document.activeElement)).toBe(true);
    await expectAccessible();
  });

  test("has no part of the page where nothing does", async () => {
    open("desk", "#/");
    await screen.findByText(/Nothing on your accounts needs you today/);
    expect(screen.queryByRole("region", { name: "Needs you" })).toBeNull();
  });
});

describe("where nothing is kept", () => {
  test.each([
    ["keyless", /has no keychain to put a key in/, "Set a passphrase in Settings"],
    ["kept-nowhere-yet", /keychain is locked/, "Unlock it or set a passphrase in Settings"],
  ])("%s is told on Home, and led to what helps", async (scenario, why, link) => {
    const user = userEvent.setup();
    open(scenario, "#/");
    expect(await screen.findByRole("heading", { name: "Nothing is kept after the window closes" })).toBeTruthy();
    expect(screen.getByText(why)).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("link", { name: link }));
    const keeping = await screen.findByRole("heading", { name: "What is kept on this computer" });
    await waitFor(() => expect(document.activeElement).toBe(keeping));
    expect(screen.getByLabelText("Passphrase")).toBeTruthy();
  });

  test("is read once in a window", async () => {
    const user = userEvent.setup();
    open("keyless", "#/");
    await user.click(await screen.findByRole("button", { name: "I have read this" }));
    const gone = () => expect(screen.queryByText("Nothing is kept after the window closes")).toBeNull();
    await waitFor(gone);
    memory.tell("session-changed", null);
    navigation.go({ page: "help" });
    await screen.findByRole("heading", { name: "Help and contacts" });
    navigation.go({ page: "home" });
    await screen.findByRole("heading", { name: "What do you need to know?" });
    gone();
  });

  test("is not said where something is", async () => {
    open("owner", "#/");
    await screen.findByRole("heading", { name: "Needs you" });
    expect(screen.queryByText("Nothing is kept after the window closes")).toBeNull();
  });
});

test("that a list was set aside is read once in a window, there and on the first page", async () => {
  const user = userEvent.setup();
  const broken = scenarios["broken-list"]?.().start.setAside ?? null;
  memory.set("owner");
  memory.scenario.start = { ...memory.scenario.start, setAside: broken };
  render(App);
  const heading = "The list of who uses this program here was broken";
  await screen.findByRole("heading", { name: heading });
  await user.click(screen.getByRole("button", { name: "I have read this" }));
  await waitFor(() => expect(screen.queryByText(heading)).toBeNull());
  memory.set("welcome");
  memory.scenario.start = { ...memory.scenario.start, setAside: broken };
  memory.tell("session-changed", null);
  await screen.findByRole("heading", { name: "Where do you work or study?" });
  expect(screen.queryByText(heading)).toBeNull();
});

describe("requests on Home", () => {
  test("shows what is under way, and above it what waits for the reader", async () => {
    open("requests", "#/");
    const [way, needs] = [await screen.findByRole("region", { name: "Under way" }), screen.getByRole("region", { name: "Needs you" })];
    const lines = (section: HTMLElement) => within(section).getAllByRole("listitem").map(({ textContent }) => (textContent ?? "").replace(/\s+/g, " "));
    expect(lines(way)).toHaveLength(4);
    for (const line of lines(way)) expect(line).not.toMatch(/Not sent: changed|Not known|Not taken|Taken in part/);
    const needing = lines(needs).slice(0, 4);
    expect(needing[0]).toMatch(/Not sent: changed meanwhile.*Change Jo Ferrand.*enquiries.*See what to do/);
    for (const line of needing) expect(line).toMatch(/Not sent|Not known|Not taken|Taken in part/);
    expect(within(way).getByRole("link", { name: "All requests" }).getAttribute("href")).toBe("#/requests");
    const counted = lines(needs).length;
    expect(screen.getByText(new RegExp(`${counted} things need you`)), "the sentence counts the same").toBeTruthy();
    await expectAccessible();
  });

  test("what has come to its end lately is told of, and no more than a glance takes in", async () => {
    open("requests", "#/");
    const gone = memory.desk.find(memory.desk.kept.find(({ status }) => status.status === "withdrawn")?.id ?? "");
    expect(screen.queryByRole("region", { name: "Ended lately" }), "that was weeks ago").toBeNull();
    gone.changedAt = new Date(NOW - 3_600_000).toISOString();
    memory.tell("requests-changed", null);
    const ended = await screen.findByRole("region", { name: "Ended lately" });
    expect(within(ended).getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([expect.stringMatching(/Withdrawn/)]);
    await expectAccessible();
  });

  test("says nothing of requests where there are none", async () => {
    open("owner", "#/");
    await screen.findByRole("heading", { name: "Needs you" });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(screen.queryByText("Under way")).toBeNull();
  });

  test("a question is shown with its words, and N leads from one thing to the next", async () => {
    open("requests", "#/");
    const one = memory.desk.find(memory.desk.kept.find(({ status }) => status.status === "with-desk")?.id ?? "");
    one.status = { status: "needs-answer", reference: "RQ-20442", question: "Until when?" };
    memory.tell("requests-changed", null);
    const needs = await screen.findByRole("region", { name: "Needs you" });
    expect(await within(needs).findByRole("heading", { name: "The Service Desk asked a question" })).toBeTruthy();
    expect(within(needs).getByText("Until when?")).toBeTruthy();
    const acts = within(needs).getAllByRole("link").filter((link) => link.closest(".do"));
    const user = userEvent.setup();
    const seen: (string | null)[] = [];
    for (const _ of [...acts, "once round"]) {
      await user.keyboard("n");
      seen.push(document.activeElement?.getAttribute("href") ?? null);
    }
    const hrefs = acts.map((link) => link.getAttribute("href"));
    expect(seen).toEqual([...hrefs, hrefs[0]]);
    expect(within(needs).getByRole("link", { name: /^Answer RQ-20442/ }).getAttribute("href")).toBe(`#/requests/${one.id}`);
  });

  test("whoever decides is told how many wait, and led to them", async () => {
    const user = userEvent.setup();
    open("to-decide", "#/");
    expect(await screen.findByRole("heading", { name: "2 requests to decide" })).toBeTruthy();
    await user.click(screen.getByRole("link", { name: "Decide" }));
    const facet = await screen.findByRole("button", { name: /To decide|decide/i });
    expect(facet.getAttribute("aria-pressed")).toBe("true");
    await expectAccessible();
  });
});
