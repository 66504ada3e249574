import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { tick } from "svelte";
import { beforeEach, describe, expect, test, vi } from "vitest";
import App from "../App.svelte";
import { navigation } from "../frame/navigation.svelte";
import { parse } from "../frame/route";
import { memory } from "../host/memory";
import { expectAccessible } from "../test-axe";
import { begin, open } from "../test-screen";

const refusal = { code: "store-trouble", message: "disk I/O error", retryAfter: null, profile: null, said: null } as const;
const PRACTICE = "Practice: invented people, nothing leaves this computer";

beforeEach(begin);

describe("what is signed in to is always marked", () => {
  test.each(["#/", "#/accounts", "#/people", "#/help", "#/settings"])("practice says so on %s", async (hash) => {
    open("owner", hash);
    await screen.findByRole("navigation", { name: "Main" });
    expect(await screen.findByText(PRACTICE)).toBeTruthy();
    await waitFor(() => expect(document.title).toMatch(/Practice$/));
  });

  test("a real connection does not", async () => {
    memory.set("owner");
    const { session } = memory.scenario.start;
    if (session) memory.scenario.start = { ...memory.scenario.start, session: { ...session, connection: "real" } };
    render(App);
    await screen.findByRole("heading", { level: 1 });
    expect(screen.queryByText(PRACTICE)).toBeNull();
  });

  test("signing in to practice says so before anybody is signed in", async () => {
    const user = userEvent.setup();
    open("welcome");
    await user.click(await screen.findByRole("radio", { name: /Try with invented people/ }));
    await user.click(screen.getByRole("button", { name: "Start the practice campus" }));
    await screen.findByRole("heading", { name: "Finish in your browser" });
    expect(screen.getByText(PRACTICE)).toBeTruthy();
    expect(memory.asked.find(({ command }) => command === "signIn")?.argument).toMatchObject({ institution: "oxford", connection: "practice", way: "browser" });
  });
});

describe("the focus outlives the button that it was on", () => {
  test("Check now gives it to what is said meanwhile, and has it back afterwards", async () => {
    const user = userEvent.setup();
    open("owner");
    const check = await screen.findByRole("button", { name: "Check now" });
    const freshness = memory.scenario.start.session?.freshness;
    if (!freshness) throw new Error("the owner's scenario has a session");
    check.focus();
    memory.tell("freshness", { ...freshness, state: "checking" });
    await waitFor(() => expect(screen.queryByRole("button", { name: "Check now" })).toBeNull());
    expect(document.activeElement?.textContent).toContain("Checking");
    memory.tell("freshness", freshness);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Check now" })));
    memory.tell("freshness", { ...freshness, state: "checking" });
    await waitFor(() => expect(document.activeElement?.textContent).toContain("Checking"));
    await user.tab();
    const elsewhere = document.activeElement;
    memory.tell("freshness", freshness);
    await screen.findByRole("button", { name: "Check now" });
    expect(document.activeElement, "somebody who moved on is left where they are").toBe(elsewhere);
  });

  test("a look that does not move on says that no answer has come", async () => {
    open("owner");
    await screen.findByRole("button", { name: "Check now" });
    const freshness = memory.scenario.start.session?.freshness;
    if (!freshness) throw new Error("the owner's scenario has a session");
    const slow = "No answer yet. What is shown stays as it was.";
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      memory.tell("freshness", { ...freshness, state: "checking", progress: null });
      await tick();
      vi.advanceTimersByTime(7000);
      await tick();
      expect(screen.queryByText(new RegExp(slow))).toBeNull();
      vi.advanceTimersByTime(2000);
      await tick();
      expect(screen.getByText(new RegExp(slow))).toBeTruthy();
      memory.tell("freshness", { ...freshness, state: "checking", progress: { done: 1, total: 90 } });
      await tick();
      expect(screen.queryByText(new RegExp(slow)), "it moves").toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  test("Look everywhere gives it to the search", async () => {
    const user = userEvent.setup();
    open("owner", "#/accounts");
    await user.type(await screen.findByRole("searchbox"), "qqqqq");
    await user.click(await screen.findByRole("button", { name: "Look everywhere" }));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("searchbox")));
  });
});

describe("Home", () => {
  test("draws what came with the first answer and asks again only when something has changed", async () => {
    memory.set("owner");
    const start = memory.scenario.start;
    const home = { counts: { own: 3, use: 0, unit: 0, kinds: [] }, role: "member" as const, needsYou: [], waiting: [], toDecide: 0, reminders: [], more: 12 };
    memory.scenario.start = { ...start, home };
    render(App);
    await screen.findByText(/12 things need you/);
    expect(memory.asked.map(({ command }) => command)).not.toContain("home");
    memory.tell("accounts-changed", null);
    await waitFor(() => expect(memory.asked.map(({ command }) => command)).toContain("home"));
    await waitFor(() => expect(screen.queryByText(/12 things need you/)).toBeNull());
  });
});

describe("Welcome", () => {
  test("whoever cannot sign in is led to whom to ask, and back", async () => {
    const user = userEvent.setup();
    open("welcome");
    await user.click(await screen.findByRole("radio", { name: /Try with invented people/ }));
    await user.click(screen.getByRole("button", { name: "If you cannot sign in" }));
    await screen.findByRole("heading", { name: "Whom to ask" });
    await user.click(screen.getByRole("button", { name: "Back" }));
    expect(await screen.findByRole("button", { name: "If you cannot sign in" })).toBeTruthy();
  });

  test("an institution that is not connected says what is missing, and cannot be signed in to", async () => {
    open("welcome");
    expect(await screen.findByText("connection.sign-in.issuer")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /Continue in your browser/ })).toBeNull();
  });

  test("a broken file is told by file, line, what is wrong and what would be right", async () => {
    const user = userEvent.setup();
    open("welcome");
    await user.click(await screen.findByRole("button", { name: "Add an institution from a file" }));
    await user.click(screen.getByRole("button", { name: "Add it" }));
    expect(screen.getByText("Type where the file is, or choose it.")).toBeTruthy();
    await user.type(screen.getByLabelText("Path of the file"), "/tmp/campus.toml");
    await user.click(screen.getByRole("button", { name: "Add it" }));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("/tmp/campus.toml, line 12");
    expect(alert.textContent).toContain("a whole number of days, such as 30");
  });

  test("a file chooser that was closed is no error", async () => {
    const user = userEvent.setup();
    open("welcome");
    await user.click(await screen.findByRole("button", { name: "Add an institution from a file" }));
    await user.click(screen.getByRole("button", { name: "Choose a file…" }));
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("what a person is asked depends on what they hold", () => {
  test.each([
    ["owner", ["What are my accounts?", "Who can use an account I own?", "Whom do I ask about an account I use?", "Find what a person can reach", "Ask for something new", "Help and contacts"]],
    ["delegate", ["What are my accounts?", "Whom do I ask about an account I use?", "Ask for something new", "Help and contacts"]],
    ["officer", ["What are my accounts?", "What is there in my unit?", "Find what a person can reach", "Ask for something new", "Help and contacts"]],
    ["desk", ["Look up who owns an account", "What are my accounts?", "Ask for something new", "Help and contacts"]],
  ])("%s", async (scenario, questions) => {
    open(scenario);
    const list = await screen.findByRole("region", { name: "Questions" });
    await waitFor(() => expect(within(list).getAllByRole("link").length).toBeGreaterThan(0));
    expect(within(list).getAllByRole("link").map((link) => link.querySelector("b")?.textContent)).toEqual(questions);
  });

  test("nothing that is not built stands in the navigation", async () => {
    open("officer");
    const nav = await screen.findByRole("navigation", { name: "Main" });
    const names = within(nav).getAllByRole("link").map((link) => link.querySelector(".long")?.textContent);
    expect(names).toEqual(["Home", "Accounts", "Requests", "My unit", "Help and contacts", "Settings"]);
  });
});

describe("who can use an account", () => {
  test("an owner sees everybody, each right in words", async () => {
    open("owner", "#/accounts/a-enquiries/people");
    const table = await screen.findByRole("table", { name: "People and what they may do" });
    const row = within(table).getByRole("row", { name: /Adaeze Whitlow/ });
    expect(row.textContent).toContain("Can send but not read.");
    expect(within(row).getAllByText("Yes, seen in the record")).toHaveLength(1);
    expect(within(row).getAllByText("No")).toHaveLength(3);
  });

  test("somebody who uses it sees their own rights and the owner, and that there is more", async () => {
    open("owner", "#/accounts/a-fieldwork/people");
    expect(await screen.findByRole("heading", { name: "Only the owner and IT see who else has access." })).toBeTruthy();
    expect(screen.getByText(/Questions about access go to the owner: Idris Penhallow/)).toBeTruthy();
  });

  test("not told is not nobody", async () => {
    open("owner", "#/accounts/a-admissions/people");
    expect(await screen.findByText("The directory did not say who has access")).toBeTruthy();
    expect(screen.queryByRole("table")).toBeNull();
  });

  test("nobody is said in words", async () => {
    open("owner", "#/accounts/a-basalt-room/people");
    expect(await screen.findByText("Nobody but the owner has access")).toBeTruthy();
  });

  test("an account with a shared password has no grid at all", async () => {
    open("boulder", "#/accounts/a-geology-club/people");
    expect(await screen.findByText("Opened with its own username and password")).toBeTruthy();
    expect(screen.queryByRole("table")).toBeNull();
  });
});

describe("bad input", () => {
  test.each([
    ["home", "#/", "owner"],
    ["search", "#/accounts", "owner"],
    ["account", "#/accounts/a-enquiries", "owner"],
    ["people", "#/people", "owner"],
    ["person", "#/people/p-eart0412", "owner"],
    ["start", "#/", "owner"],
  ])("a refused %s says what happened and tries again", async (command, hash, scenario) => {
    const user = userEvent.setup();
    memory.set(scenario);
    memory.refuse(command, refusal);
    navigation.go(parse(hash));
    render(App);
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("What is saved cannot be read or written");
    memory.relent(command);
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  test("names are text, however they look", async () => {
    open("odd", "#/accounts/a-%3Cb%3Ebold%3C%2Fb%3E");
    expect(await screen.findByText("Shown as “<img src=x onerror=alert(1)>”")).toBeTruthy();
    expect(document.querySelector("img")).toBeNull();
  });

  test("an account that is gone says so", async () => {
    open("owner", "#/accounts/gone");
    expect((await screen.findByRole("alert")).textContent).toContain("This account is not here");
  });

  test("no accounts at all is explained", async () => {
    open("empty", "#/accounts");
    expect(await screen.findByText("You don’t own or use a shared account yet")).toBeTruthy();
  });

  test("a preference that cannot be stored goes back to what it was", async () => {
    const user = userEvent.setup();
    open("owner", "#/settings");
    const dark = await screen.findByRole("radio", { name: "Dark" });
    memory.refuse("set", refusal);
    await user.click(dark);
    await screen.findByRole("alert");
    expect(document.documentElement.dataset.theme).toBeUndefined();
  });
});

describe("lists", () => {
  test("typing narrows, and an empty answer says where it looked", async () => {
    const user = userEvent.setup();
    open("owner", "#/accounts");
    const field = await screen.findByRole("searchbox", { name: "Name, address or owner" });
    await user.type(field, "fieldtrip");
    expect(await screen.findByText("No account matches “fieldtrip”")).toBeTruthy();
    expect(screen.getByText(/You looked in what you own and can use/)).toBeTruthy();
  });

  test("100,000 accounts draw a few rows, each with its place in the whole", async () => {
    open("many", "#/unit");
    const list = await screen.findByRole("list", { name: "Accounts" });
    const rows = within(list).getAllByRole("listitem");
    expect(rows.length).toBeLessThan(40);
    expect(rows[1]?.getAttribute("aria-setsize")).toBe("100000");
    expect(rows[1]?.getAttribute("aria-posinset")).toBe("2");
  });

  test("arrow keys move one focus, Enter opens what has it", async () => {
    const user = userEvent.setup();
    open("owner", "#/accounts");
    const list = await screen.findByRole("list", { name: "Accounts" });
    within(list).getAllByRole("link")[0]?.focus();
    await user.keyboard("{ArrowDown}");
    await waitFor(() => expect(document.activeElement?.textContent).toContain("seminars"));
    expect(within(list).getAllByRole("link").filter((link) => link.tabIndex === 0)).toHaveLength(1);
    await user.keyboard("{End}");
    await waitFor(() => expect(document.activeElement?.textContent).toContain("field-trips"));
  });

  test("news is shown without losing what has the focus", async () => {
    open("owner", "#/accounts");
    const list = await screen.findByRole("list", { name: "Accounts" });
    const row = await within(list).findByRole("link", { name: /outreach/ });
    row.focus();
    memory.scenario = { ...memory.scenario, accounts: memory.scenario.accounts.filter(({ id }) => id !== "a-seminars") };
    memory.tell("accounts-changed", null);
    await waitFor(() => expect(within(list).queryByText("seminars")).toBeNull());
    expect(document.activeElement?.textContent).toContain("outreach");
    expect(row.isConnected, "the very same row").toBe(true);
  });
});

describe("keys", () => {
  test("digits choose a question, Escape goes back, B changes the list", async () => {
    const user = userEvent.setup();
    open("owner");
    await screen.findByRole("link", { name: /Who can use an account I own/ });
    await user.keyboard("2");
    expect(await screen.findByRole("button", { name: /I own/, pressed: true })).toBeTruthy();
    expect(screen.getByRole("button", { name: /I can use/, pressed: false })).toBeTruthy();
    await user.keyboard("b");
    expect(await screen.findByRole("searchbox", { name: "Name, unit or username" })).toBeTruthy();
    await user.keyboard("{Escape}");
    expect(await screen.findByRole("heading", { name: "What do you need to know?" })).toBeTruthy();
  });

  test("single letters can be switched off; Ctrl and a number cannot", async () => {
    const user = userEvent.setup();
    memory.set("owner");
    memory.scenario.start = { ...memory.scenario.start, preferences: { ...memory.scenario.start.preferences, singleKeys: false } };
    navigation.go({ page: "home" });
    render(App);
    await screen.findByRole("heading", { name: "What do you need to know?" });
    await user.keyboard("2b?");
    expect(navigation.route.page).toBe("home");
    await user.keyboard("{Control>}2{/Control}");
    expect(navigation.route.page).toBe("accounts");
  });

  test("arrow keys change tabs", async () => {
    const user = userEvent.setup();
    open("owner", "#/accounts/a-enquiries");
    (await screen.findByRole("tab", { name: "Overview" })).focus();
    await user.keyboard("{ArrowRight}");
    await waitFor(() => expect(screen.getByRole("tab", { name: /People/ }).getAttribute("aria-selected")).toBe("true"));
  });
});

test("a broken list of identities is said to be broken, and where it is now", async () => {
  open("broken-list");
  expect(await screen.findByText("The list of who uses this program here was broken")).toBeTruthy();
  expect(screen.getByText(/set aside as .*identities\.broken-20261119-144000\.json/)).toBeTruthy();
  expect(screen.getByText(/still on this computer\. Sign in again/)).toBeTruthy();
});

test("what went after too many days without contact is said, with what is still there", async () => {
  open("long-away", "#/");
  expect(await screen.findByRole("heading", { name: "Other people’s data has gone from this computer" })).toBeTruthy();
  expect(screen.getByText(/others’ accounts \(7\), other people in accounts of your own \(3\), noticed differences \(12\) and finished requests \(4\)/)).toBeTruthy();
  expect(screen.getByText(/Your own accounts, your drafts and requests under way are still here/)).toBeTruthy();
});

test("of whom nothing is kept is said to be here only until the program closes", async () => {
  open("keyless", "#/settings");
  expect(await screen.findByText("Here until this program closes")).toBeTruthy();
});

describe("what is kept nowhere because the keychain is locked", () => {
  test("is said to be so, and is kept once it is unlocked", async () => {
    const user = userEvent.setup();
    open("kept-nowhere-yet", "#/settings");
    expect(await screen.findByText(/keychain is locked, so no key can be put into it/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Unlock the keychain and keep what is read" }));
    expect(await screen.findByText(/From now on what is read is kept\. The key/)).toBeTruthy();
    expect(screen.getByText(/^Encrypted on this computer\. The key is in the system/)).toBeTruthy();
  });
});

describe("what is stored and cannot be opened", () => {
  test.each(["keychain-locked", "keychain-unreachable", "key-not-found", "store-held", "passphrase-needed", "store-newer", "store-unreadable", "institution-broken"])("%s says what stands in the way and that nothing was lost", async (scenario) => {
    open(scenario);
    expect(await screen.findByText(/Nothing was lost or changed/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Go on without it" })).toBeTruthy();
    await expectAccessible();
  });

  test.each([["keychain-locked", true], ["store-held", true], ["institution-broken", true], ["passphrase-needed", false], ["key-not-found", false]])("%s is looked at again by itself: %s", async (scenario, looks) => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      open(scenario);
      await screen.findByText(/Nothing was lost or changed/);
      vi.advanceTimersByTime(9000);
      const asked = memory.asked.filter(({ command }) => command === "tryAgain" || command === "unlock");
      expect(asked.some(({ command }) => command === "tryAgain")).toBe(looks);
      expect(asked.some(({ command }) => command === "unlock"), "nobody is asked for anything").toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  test("forgetting is asked twice", async () => {
    const user = userEvent.setup();
    open("key-not-found");
    await user.click(await screen.findByRole("button", { name: "Forget what was saved" }));
    expect(memory.asked.some(({ command }) => command === "forget")).toBe(false);
    expect(await screen.findByText(/It cannot be brought back/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Forget" }));
    expect(await screen.findByRole("heading", { name: "Where do you work or study?" }), "nothing is stored any more").toBeTruthy();
  });

  test("going on without it leads to the choice of an institution", async () => {
    const user = userEvent.setup();
    open("store-held");
    await screen.findByRole("button", { name: "Go on without it" });
    expect(screen.getByText(PRACTICE), "it is of the practice campus").toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Go on without it" }));
    expect(await screen.findByRole("heading", { name: "Where do you work or study?" })).toBeTruthy();
    expect(screen.queryByText(PRACTICE)).toBeNull();
  });
});

describe("freshness", () => {
  test("off line, everything saved is there with its age", async () => {
    open("offline");
    expect(await screen.findByRole("heading", { name: "You are offline" })).toBeTruthy();
    expect(screen.getByText(/showing what was read 3 h ago/)).toBeTruthy();
    expect(await screen.findByRole("link", { name: /What are my accounts/ })).toBeTruthy();
  });

  test("where the record may have changed since, nothing is said to be so today", async () => {
    memory.set("empty");
    const { session } = memory.scenario.start;
    if (session) memory.scenario.start = { ...memory.scenario.start, session: { ...session, freshness: { ...session.freshness, state: "signed-out" } } };
    render(App);
    expect(await screen.findByText("Nothing on your accounts needed you when they were read.")).toBeTruthy();
    expect(document.body.textContent).not.toMatch(/needs you (now|today)/);
  });

  test("an ended sign-in offers to sign in as the same person", async () => {
    const user = userEvent.setup();
    open("signed-out");
    await user.click((await screen.findAllByRole("button", { name: "Sign in again" }))[0] as HTMLElement);
    await waitFor(() => expect(memory.asked.find(({ command }) => command === "signIn")?.argument).toMatchObject({ again: "i-maren", another: false }));
  });
});

test("a look-up is asked only for two characters or more, and is not kept", async () => {
  const user = userEvent.setup();
  open("desk", "#/look-up");
  await user.type(await screen.findByLabelText("Username, address, shown name or owner"), "e{Enter}");
  expect(screen.getByText("Type at least two characters.")).toBeTruthy();
  expect(memory.asked.some(({ command }) => command === "lookUp")).toBe(false);
  await user.type(screen.getByLabelText("Username, address, shown name or owner"), "nquiries{Enter}");
  expect(await screen.findByRole("row", { name: /Maren Tolliver/ })).toBeTruthy();
});
