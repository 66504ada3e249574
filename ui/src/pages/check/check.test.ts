import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import type { AccessChange } from "../../host/bindings/AccessChange";
import type { Warning } from "../../host/bindings/Warning";
import { memory } from "../../host/memory";
import { people } from "../../host/memory/accounts";
import { oxford } from "../../host/memory/profiles";
import { blank } from "../../host/memory/wish";
import { asked, begin, open } from "../../test-screen";
import { expectAccessible } from "../../test-axe";
import { warningWords } from "../../words/plan";

beforeEach(begin);

const { leonie, jo, idris, maren, piet } = people;
const three: AccessChange[] = [
  { to: leonie, rights: ["full-access", "send-as", "automap"] },
  { to: jo, rights: ["full-access", "automap"] },
  { to: idris, rights: [] },
];

/** A draft with these changes, on its check page. */
async function check(changes: AccessChange[], scenario = "owner", note = "") {
  const user = userEvent.setup();
  open(scenario, "#/");
  const id = memory.desk.saveDraft({ ...blank("change-access", "a-enquiries"), changes, note });
  navigation.go({ page: "requests", id, step: "check" });
  await screen.findByRole("heading", { level: 1, name: "Check before you send" });
  return { user, id };
}


describe("the page is the difference", () => {
  test("each person's rights before and after, in words that need no colour", async () => {
    await check(three);
    const table = await screen.findByRole("table", { name: "What differs" });
    const row = (name: RegExp) => within(table).getByRole("row", { name });
    expect(row(/Add\s*Leonie Strake/).textContent).toMatch(/No access.*Gains:\s*Reads and files all mail.*Gains:\s*Writes as the mailbox.*Gains:\s*It opens by itself/);
    expect(row(/Change\s*Jo Ferrand/).textContent).toMatch(/Keeps:\s*Keeps reading all mail.*Loses:\s*No longer writes as the mailbox.*Keeps:\s*Still opens by itself/);
    expect(row(/Remove\s*Idris Penhallow/).textContent).toMatch(/leaves 4 Dec.*Loses:\s*No longer reads any mail.*Loses:\s*No longer writes on its behalf/);
  });

  test("what follows, what stays and who acts stand beside it", async () => {
    await check(three);
    const aside = await screen.findByRole("complementary", { name: "What follows" });
    for (const text of [/Allow up to 60 minutes/, /In the Outlook of Leonie Strake/, /You stay the owner\./, /Tomasz Birkwood, Sunniva Marsh, Adaeze Whitlow and Piet Vantongeren are untouched\./, /To the Service Desk\./, /Record read 2 min ago/]) {
      expect(aside.textContent).toMatch(text);
    }
  });

  test("a link at each person leads to their row and back here", async () => {
    const { user, id } = await check(three);
    await user.click(await screen.findByRole("link", { name: "Change what Jo Ferrand gets" }));
    expect(address(navigation.route)).toBe(`#/requests/${id}/change/${jo.id}`);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("checkbox", { name: "Jo Ferrand: Read all" })));
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Check before you send" })).toBeTruthy();
    expect(address(navigation.route)).toBe(`#/requests/${id}/check`);
  });

  test("warnings are told, and none of them is in the way", async () => {
    await check([{ to: leonie, rights: ["send-as"] }]);
    expect(await screen.findByRole("heading", { name: "Leonie Strake will write without reading the answers" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Send request: add 1" })).toBeTruthy();
  });

  test("each warning has its own words", () => {
    const all: Warning[] = [
      { what: "sends-without-reading", name: "Jo" }, { what: "both-ways-to-send", name: "Jo" }, { what: "opens-nothing", name: "Jo" }, { what: "opens-by-itself-for-group", name: "Jo" },
      { what: "opens-by-itself-and-large", bytes: 5e10 }, { what: "many-people", count: 26 }, { what: "hidden-from-address-list" }, { what: "has-left", name: "Jo" }, { what: "not-entitled", name: "Jo" }, { what: "entitlement-not-known", names: ["Jo"] }, { what: "looks-alike", name: "Jo" }, { what: "nobody-reads" }, { what: "ends-sooner" },
    ];
    expect(new Set(all.map((warning) => warningWords(warning, "en-GB", oxford).heading)).size).toBe(all.length);
  });
});

describe("sending", () => {
  test("what may then be open in both ways is asked once more, by name", async () => {
    const { user, id } = await check([{ to: idris, rights: ["full-access", "send-on-behalf", "automap"] }]);
    await user.click(await screen.findByRole("button", { name: "Send request: change 1" }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog.textContent).toMatch(/Idris Penhallow could open it before and may have added it to Outlook as an account/);
    await user.click(within(dialog).getByRole("button", { name: "Send request: change 1" }));
    await waitFor(() => expect(address(navigation.route)).toBe(`#/requests/${id}`));
  });

  test("what changed since it was written is shown and asked about", async () => {
    const { user, id } = await check([{ to: jo, rights: ["full-access", "send-as"] }]);
    const written = memory.desk.find(id).written;
    if (written?.access.shown === "all") for (const grant of written.access.grants) if (grant.to.id === jo.id) grant.rights = ["send-as"];
    memory.tell("accounts-changed", null);
    expect(await screen.findByRole("heading", { name: "What changed since you wrote it" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Send request: change 1" }));
    expect((await screen.findByRole("dialog")).textContent).toMatch(/has changed since you wrote this/);
  });

  test("the button names the act; afterwards the request is followed", async () => {
    const { user, id } = await check(three);
    await user.click(await screen.findByRole("button", { name: "Send request: add 1, change 1, remove 1" }));
    await waitFor(() => expect(address(navigation.route)).toBe(`#/requests/${id}`));
    expect(asked("send")).toEqual([id]);
    expect(await screen.findByText(/^It arrived as RQ-\d+\. Somebody at the Service Desk has to decide\.$/)).toBeTruthy();
    expect(document.activeElement?.textContent, "the heading is read out").toBe("Add 1, change 1, remove 1");
  });

  test("Ctrl+Enter sends, once", async () => {
    const { user, id } = await check(three);
    await screen.findByRole("button", { name: /^Send request/ });
    await user.keyboard("{Control>}{Enter}{Enter}{/Control}");
    await waitFor(() => expect(address(navigation.route)).toBe(`#/requests/${id}`));
    expect(asked("send")).toEqual([id]);
  });

  test("off line it is saved to be sent, and is never called sent", async () => {
    const { user } = await check(three, "offline");
    expect(await screen.findByText("You are offline. It waits on this computer and goes when this program is open and connected.")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Save it to be sent: add 1, change 1, remove 1" }));
    expect(await screen.findByText("Saved on this computer, not sent. Goes when this program is open and connected.")).toBeTruthy();
    expect((await screen.findAllByText("Waiting for connection")).length).toBeGreaterThan(0);
    const detail = screen.getByRole("region", { name: "Request" });
    expect(detail.textContent?.replace(/not sent/g, "")).not.toMatch(/\bsent\b/i);
  });

  test("refused by this computer, it stays and can be tried again", async () => {
    const { user, id } = await check(three);
    memory.refuse("send", { code: "store-trouble", message: "disk full", retryAfter: null, profile: null, said: null });
    await user.click(await screen.findByRole("button", { name: /^Send request/ }));
    const alert = await screen.findByRole("alert");
    memory.relent("send");
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(address(navigation.route)).toBe(`#/requests/${id}`));
  });

  test("an open request about the same person is named before it goes", async () => {
    const { user, id } = await check([{ to: leonie, rights: ["full-access"] }]);
    await user.click(await screen.findByRole("button", { name: /^Send request/ }));
    await waitFor(() => expect(memory.desk.find(id).status.status).toBe("with-desk"));
    const second = memory.desk.saveDraft({ ...blank("change-access", "a-enquiries"), changes: [{ to: leonie, rights: ["full-access", "send-as"] }] });
    navigation.go({ page: "requests", id: second, step: "check" });
    expect((await screen.findByRole("link", { name: "See the open request" })).getAttribute("href")).toBe(`#/requests/${id}`);
    expect(screen.getByRole("button", { name: "Send request: add 1" })).toBeTruthy();
  });

  test("somebody else's open request is named by its reference, and leads nowhere", async () => {
    open("owner", "#/");
    const step = { at: "2026-11-19T10:00:00Z", by: "Ruth Adair", request: "RQ-70", text: "Access: Leonie Strake.", kind: "change-access" as const };
    memory.desk.told = [{ ...step, what: "received" }];
    const id = memory.desk.saveDraft({ ...blank("change-access", "a-enquiries"), changes: [{ to: leonie, rights: ["full-access"] }] });
    navigation.go({ page: "requests", id, step: "check" });
    const heading = await screen.findByText("A request of this kind is open for this account: RQ-70");
    const note = heading.closest(".note");
    expect(note?.textContent).toMatch(/Ruth Adair sent it; you cannot open it here\. In the Service Desk’s words: “Access: Leonie Strake\.” So the Service Desk told .*\. Sending this one too may undo or repeat it\./);
    expect(note?.querySelector("a")).toBeNull();
    expect(screen.getByRole("button", { name: "Send request: add 1" }), "it can be sent all the same").toBeTruthy();
    memory.desk.told = [...memory.desk.told, { ...step, what: "withdrawn" }];
    memory.tell("requests-changed", null);
    await waitFor(() => expect(screen.queryByText(/RQ-70/)).toBeNull());
  });

  test("Escape goes back to the answers, Ctrl+S leaves it as a draft", async () => {
    const { user, id } = await check(three);
    await user.keyboard("{Escape}");
    expect(address(navigation.route)).toBe(`#/requests/${id}/change`);
    navigation.go({ page: "requests", id, step: "check" });
    await screen.findByRole("button", { name: /^Send request/ });
    await user.keyboard("{Control>}s{/Control}");
    expect(address(navigation.route)).toBe(`#/requests/${id}`);
    expect(asked("send")).toEqual([]);
  });

  test("what was sent already is not sent again from here", async () => {
    const { id } = await check(three);
    memory.desk.send(id);
    memory.tell("requests-changed", null);
    expect(await screen.findByText("It is no longer a draft")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /^Send/ })).toBeNull();
  });
});

test("what waits for a connection is a draft again when one goes on from its form", async () => {
  const { user, id } = await check(three, "offline");
  await user.click(await screen.findByRole("button", { name: /^Save it to be sent/ }));
  await user.click(await screen.findByRole("link", { name: "Change it" }));
  await user.click(await screen.findByRole("button", { name: "Continue" }));
  expect(await screen.findByRole("button", { name: /^Save it to be sent/ })).toBeTruthy();
  expect(memory.desk.find(id).status.status).toBe("draft");
});

describe("a wish that comes to nothing is told in a sentence, with a way back", () => {
  test.each([
    ["nothing differs", [{ to: piet, rights: ["full-access", "automap"] }], /Nothing in it differs from what the record says now/],
    ["the owner", [{ to: maren, rights: ["full-access"] }], /Maren Tolliver is the owner and needs no access beside that/],
    ["twice", [{ to: piet, rights: [] }, { to: piet, rights: ["full-access"] }], /Piet Vantongeren is named twice/],
    ["an unknown right", [{ to: leonie, rights: ["odd-right"] }], /odd-right is not a right that can be asked for here/],
  ] as [string, AccessChange[], RegExp][])("%s", async (_, changes, words) => {
    const { id } = await check(changes);
    expect(await screen.findByText(words)).toBeTruthy();
    expect(screen.queryByRole("table")).toBeNull();
    expect(screen.queryByRole("button", { name: /^Send/ })).toBeNull();
    expect(screen.getAllByRole("link", { name: "Change it" }).map((link) => link.getAttribute("href"))).toEqual([`#/requests/${id}/change`, `#/requests/${id}/change`]);
  });
});

test("axe finds nothing", async () => {
  await check(three, "owner", "From Monday.");
  await screen.findByRole("table");
  await expectAccessible();
});
