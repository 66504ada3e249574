import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { tick } from "svelte";
import { beforeEach, describe, expect, test, vi } from "vitest";
import App from "../../App.svelte";
import { navigation } from "../../frame/navigation.svelte";
import { host } from "../../host";
import { memory } from "../../host/memory";
import { asked, begin, open } from "../../test-screen";

beforeEach(begin);

const field = (name: string) => screen.findByRole("searchbox", { name });

describe("Enter in the search field", () => {
  test("opens the first account that matches, once the answer to the last letter is there", async () => {
    const user = userEvent.setup();
    open("owner", "#/accounts");
    await user.type(await field("Name, address or owner"), "seminars{Enter}");
    expect(await screen.findByRole("heading", { level: 2, name: /^seminars/ })).toBeTruthy();
    expect(memory.asked.filter(({ command }) => command === "account").map(({ argument }) => argument), "no account on the way there").toEqual(["a-seminars"]);
  });

  test("opens the first person that matches", async () => {
    const user = userEvent.setup();
    open("owner", "#/people");
    await user.type(await field("Name, unit or username"), "ferrand{Enter}");
    expect(await screen.findByRole("heading", { level: 2, name: "Jo Ferrand" })).toBeTruthy();
  });

  test("opens nothing where nothing matches", async () => {
    const user = userEvent.setup();
    open("owner", "#/accounts");
    await user.type(await field("Name, address or owner"), "nowhere{Enter}");
    await screen.findByText("No account matches “nowhere”");
    expect(navigation.route).toMatchObject({ id: null });
  });

  test("opens no row of an older answer when the question is refused", async () => {
    const user = userEvent.setup();
    open("owner", "#/accounts");
    const list = await screen.findByRole("list", { name: "Accounts" });
    await within(list).findByRole("link", { name: /enquiries/ });
    memory.refuse("search", { code: "store-trouble", message: "disk I/O error", retryAfter: null, profile: null, said: null });
    await user.type(await field("Name, address or owner"), "s{Enter}");
    await screen.findByRole("alert");
    expect(navigation.route).toMatchObject({ id: null });
  });

  test("Down leads into the list, as before", async () => {
    const user = userEvent.setup();
    open("owner", "#/accounts");
    await user.type(await field("Name, address or owner"), "seminars");
    await waitFor(() => expect(screen.queryByText("enquiries")).toBeNull());
    await user.keyboard("{ArrowDown}");
    await waitFor(() => expect(document.activeElement?.textContent).toContain("seminars"));
    expect(navigation.route).toMatchObject({ id: null });
  });
});

describe("typing", () => {
  /** The list with its search field, and what a letter does to it at once. */
  async function typing() {
    open("owner", "#/accounts");
    const input = (await field("Name, address or owner")) as HTMLInputElement;
    const list = await screen.findByRole("list", { name: "Accounts" });
    await within(list).findByRole("heading", { name: "You own" });
    const type = (text: string) => {
      input.value = text;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    };
    return { list, type };
  }

  test("a letter's question is on its way before anything is drawn, and once", async () => {
    const { list, type } = await typing();
    const before = list.innerHTML;
    type("se");
    expect(asked("search").at(-1)).toMatchObject({ query: "se", offset: 0 });
    expect(list.innerHTML).toBe(before);
    await waitFor(() => expect(within(list).queryByText("enquiries")).toBeNull());
    expect(asked("search").filter((search) => (search as { query: string }).query === "se")).toHaveLength(1);
  });

  test("until the answer comes rows and headings stay as they are, and then change in one", async () => {
    const { list, type } = await typing();
    const search = host.accounts.search;
    let answer = () => {};
    vi.spyOn(host.accounts, "search").mockImplementation((wanted) => new Promise((resolve) => (answer = () => resolve(search(wanted)))));
    type("seminars");
    await tick();
    expect(within(list).getByRole("heading", { name: "You own" })).toBeTruthy();
    const drawn: string[] = [];
    const watch = new MutationObserver(() => drawn.push(list.textContent ?? ""));
    watch.observe(list, { childList: true, subtree: true, characterData: true });
    answer();
    await waitFor(() => expect(within(list).getAllByRole("link")).toHaveLength(1));
    watch.disconnect();
    expect(drawn.filter((text) => text.includes("seminars") && text.includes("You own")), "no row of the answer below a heading of the rows before").toEqual([]);
    expect(within(list).queryByRole("heading")).toBeNull();
    expect((within(list).getByRole("listitem") as HTMLElement).style.top, "where the heading was").toBe("0px");
  });

  test("a kind narrows the list, and looking everywhere takes that back", async () => {
    const user = userEvent.setup();
    const { type } = await typing();
    const kind = screen.getByRole("combobox", { name: "Kind" }) as HTMLSelectElement;
    const mailbox = [...kind.options].find(({ textContent }) => /^Mailbox only/.test(textContent ?? ""));
    await user.selectOptions(kind, mailbox?.value ?? "");
    await waitFor(() => expect(asked("search").at(-1)).toMatchObject({ kind: mailbox?.value }));
    type("nowhere");
    await user.click(await screen.findByRole("button", { name: "Look everywhere" }));
    await waitFor(() => expect(asked("search").at(-1)).toMatchObject({ query: "nowhere", kind: null }));
    expect(kind.selectedOptions[0]?.textContent).toBe("Every kind");
  });

  test("how many were found is said once nobody has typed for a moment", async () => {
    const { type } = await typing();
    const told = () => screen.getAllByRole("status").map(({ textContent }) => textContent);
    await waitFor(() => expect(told()).toContainEqual(expect.stringMatching(/^\d+ accounts$/)));
    type("seminars");
    await waitFor(() => expect(screen.queryByText("enquiries")).toBeNull());
    expect(told(), "not with every letter").not.toContain("1 account");
    await waitFor(() => expect(told()).toContain("1 account"));
  });
});

describe("what nobody has read is not nothing", () => {
  const reading = "Your accounts are being read: 40 of 90.";

  test.each(["#/accounts", "#/people", "#/"])("the first reading says how far it is on %s", async (hash) => {
    open("first-reading", hash);
    expect(await screen.findByText(new RegExp(reading))).toBeTruthy();
    expect(screen.getByText("Reading your accounts")).toBeTruthy();
    expect(document.body.textContent).not.toMatch(/Nobody|Nothing|don’t own|0 you own/);
  });

  test("a search during the first reading does not say that nothing matches", async () => {
    const user = userEvent.setup();
    open("first-reading", "#/accounts");
    await user.type(await field("Name, address or owner"), "seminars");
    expect(await screen.findByText(reading)).toBeTruthy();
    expect(screen.queryByText(/No account matches/)).toBeNull();
  });

  test.each(["#/accounts", "#/people", "#/"])("a first reading that failed is no empty record on %s", async (hash) => {
    open("never-read", hash);
    expect(await screen.findByText(/Your accounts have still to be read\./)).toBeTruthy();
    expect(document.body.textContent).not.toMatch(/Nobody|Nothing needs|don’t own/);
  });

  test.each(["#/accounts", "#/people"])("a record that does not add up may hold more on %s", async (hash) => {
    open("incomplete", hash);
    expect(await screen.findByText("The list may lack accounts")).toBeTruthy();
  });

  test("a sign-in that ended before anything was read claims no reading", async () => {
    memory.set("signed-out");
    const { session } = memory.scenario.start;
    if (!session) throw new Error("nobody is signed in");
    const start = { ...memory.scenario.start, session: { ...session, freshness: { ...session.freshness, readAt: null } } };
    memory.scenario = { ...memory.scenario, start };
    navigation.go({ page: "home" });
    render(App);
    expect(await screen.findByRole("heading", { name: "Your sign-in has ended" })).toBeTruthy();
    expect(document.body.textContent).not.toMatch(/What was read/);
  });

  test("accounts that could not be read are told of beside how fresh the rest is", async () => {
    memory.set("owner");
    const { session } = memory.scenario.start;
    if (!session) throw new Error("nobody is signed in");
    const start = { ...memory.scenario.start, session: { ...session, freshness: { ...session.freshness, unreadable: 2 } } };
    memory.scenario = { ...memory.scenario, start };
    navigation.go({ page: "home" });
    render(App);
    expect(await screen.findByText(/· 2 accounts could not be read$/)).toBeTruthy();
    expect(screen.getByText("2 accounts could not be read. What is shown there is from an earlier look.")).toBeTruthy();
  });

  test("Home says what differs, and that nothing was removed for it", async () => {
    open("incomplete");
    expect((await screen.findAllByText(/The directory’s count and its list differ, so nothing was removed here\./)).length).toBeGreaterThan(0);
  });

  test("a facet without anybody says what it looked for", async () => {
    const user = userEvent.setup();
    open("boulder", "#/people");
    await user.click(await screen.findByRole("button", { name: /Leaving/ }));
    expect(await screen.findByText("Nobody known to be leaving")).toBeTruthy();
  });
});

describe("whom to ask", () => {
  test("an owner is told by name, unit and username, and where to look for more", async () => {
    open("owner", "#/accounts/a-fieldwork");
    const answer = (await screen.findByText("Idris Penhallow")).closest("dd");
    expect(answer?.textContent).toContain("Username eart0009");
    expect(answer?.textContent).toContain("look Idris Penhallow up in the Oxford directory, or ask the Service Desk.");
    expect(answer?.querySelector("a")?.getAttribute("href")).toBe("#/help");
  });

  test("one's own account needs no looking up", async () => {
    open("owner", "#/accounts/a-enquiries");
    const answer = await screen.findByText("Maren Tolliver", { selector: "dd *" });
    expect(answer.closest("dd")?.textContent).not.toContain("look");
  });

  test("a group is named as a group", async () => {
    open("owner", "#/accounts/a-field-trips");
    const answer = (await screen.findByText("Field trip leaders")).closest("dd");
    expect(answer?.textContent).toContain("A group: its members answer for the account together.");
    begin();
    open("owner", "#/accounts/a-field-trips/people");
    expect(await screen.findByText(/Questions about access go to the owner: Field trip leaders, a group\./)).toBeTruthy();
  });
});
