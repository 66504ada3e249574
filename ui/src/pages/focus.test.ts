/** Every act that takes its own control away leaves the focus somewhere that makes sense, and never nowhere. */
import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { navigation } from "../frame/navigation.svelte";
import { parse } from "../frame/route";
import { host } from "../host";
import type { RequestStatus } from "../host/bindings/RequestStatus";
import { memory } from "../host/memory";
import { asked, begin, open } from "../test-screen";
import { add, finder, paste, write } from "./change/test-form";

beforeEach(() => {
  waited = false;
  begin();
});

const refusal = { code: "store-trouble", message: "disk I/O error", retryAfter: null, profile: null, said: null } as const;
const focused = () => document.activeElement as HTMLElement;
const onHeading = (name: string | RegExp) => waitFor(() => expect(focused()).toBe(screen.getByRole("heading", { name })));

/** What keeps the focus in the page comes after the first list: waited for once in each test. */
let waited = false;
async function awake() {
  if (!waited) await new Promise((resolve) => setTimeout(resolve, 600));
  waited = true;
}

/** Clicks it, as a person does: the focus is on it then. */
async function act(name: string | RegExp, role = "button") {
  const user = userEvent.setup();
  await awake();
  const [control] = await screen.findAllByRole(role, { name });
  await user.click(control as HTMLElement);
  return user;
}

describe("Home", () => {
  test.each([
    ["officer", "Do not keep them"],
    ["salvaged", "I have read this"],
    ["keyless", "I have read this"],
  ])("%s: %s leaves it to the heading", async (scenario, name) => {
    open(scenario);
    await screen.findByRole("button", { name });
    await act(name);
    await waitFor(() => expect(screen.queryByRole("button", { name })).toBeNull());
    await onHeading("What do you need to know?");
  });

  test("another try that goes well", async () => {
    memory.set("owner");
    open("owner", "#/help");
    await screen.findByRole("heading", { name: "Help and contacts" });
    memory.refuse("home", refusal);
    navigation.go({ page: "home" });
    await screen.findByRole("alert");
    await awake();
    memory.relent("home");
    await act("Try again");
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    await onHeading("What do you need to know?");
  });
});

describe("above every page", () => {
  test("a sign-in that ends while the record is checked takes the button away, and is told instead", async () => {
    open("owner");
    const freshness = memory.scenario.start.session?.freshness;
    if (!freshness) throw new Error("the owner's scenario has a session");
    (await screen.findByRole("button", { name: "Check now" })).focus();
    memory.tell("freshness", { ...freshness, state: "checking" });
    await waitFor(() => expect(focused().textContent).toContain("Checking"));
    memory.tell("freshness", { ...freshness, state: "signed-out" });
    const again = await screen.findByRole("button", { name: "Sign in again" });
    await waitFor(() => expect(focused().textContent).toContain("Signed out"));
    expect(focused(), "another act is not under the same finger").not.toBe(again);
    again.focus();
    memory.tell("freshness", freshness);
    await waitFor(() => expect(focused().textContent).toContain("Up to date"));
    expect(focused()).not.toBe(screen.getByRole("button", { name: "Check now" }));
  });
});

describe("an account", () => {
  test.each([
    ["#/accounts/a-enquiries", "See who", /People/],
    ["#/accounts/a-enquiries", /^All \d+$|^See it$/, /History/],
  ])("%s: %s leads into the tab", async (hash, link, tab) => {
    open("owner", hash);
    await screen.findByText("Answers for it");
    await act(link, "link");
    await waitFor(() => expect(screen.getByRole("tab", { name: tab }).getAttribute("aria-selected")).toBe("true"));
    await waitFor(() => expect(focused().id).toBe("account-panel"));
  });

  test("another try on its list and on itself", async () => {
    memory.set("owner");
    open("owner", "#/");
    await screen.findByRole("heading", { name: "What do you need to know?" });
    memory.refuse("account", refusal);
    navigation.go(parse("#/accounts/a-enquiries"));
    await screen.findByRole("alert");
    await awake();
    memory.relent("account");
    await act("Try again");
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    await waitFor(() => expect(focused().closest(".detail, .split")).not.toBeNull());
  });
});

describe("a form", () => {
  test("that cannot be filled in is told by its heading", async () => {
    open("owner", "#/accounts/a-fieldwork/change");
    await onHeading("Change who has access");
  });

  test("a person taken out of the list leaves it to the field", async () => {
    const user = await write();
    await add(user, "leonie", "Leonie Strake");
    await user.click(await screen.findByRole("button", { name: "Do not add Leonie Strake" }));
    await waitFor(async () => expect(focused()).toBe(await finder()));
  });

  test("rights given to everybody else are said, and the choice they came from has it", async () => {
    const user = await write();
    await paste(user, "Leonie Strake, Jorun Marsh");
    const first = await screen.findByRole("group", { name: /Leonie Strake/ });
    const read = within(first).getByRole("radio", { name: /Read only/ });
    await user.click(read);
    await user.click(screen.getByRole("button", { name: "Give the other new person the same" }));
    await waitFor(() => expect(focused()).toBe(read));
    expect(screen.getByText("The other new person is given the same.").getAttribute("role")).toBe("status");
  });

  test("entries sorted out leave it to the next one, and the last to the field", async () => {
    const user = await write();
    await paste(user, "No Body, Else Where");
    await user.click(await screen.findByRole("button", { name: /^Leave it out ?: No Body$/ }));
    await waitFor(() => expect(focused().textContent).toContain("Else Where"));
    await user.click(screen.getByRole("button", { name: /^Leave it out ?: Else Where$/ }));
    await waitFor(async () => expect(focused()).toBe(await finder()));
  });

  test("an entry that is found at the second look leaves it to the field", async () => {
    const user = await write();
    memory.refuse("findPeople", refusal);
    await paste(user, "Leonie Strake, Jorun Marsh");
    await screen.findByRole("region", { name: "To sort out" });
    memory.relent("findPeople");
    await user.click(screen.getByRole("button", { name: /^Look it up again ?: Leonie Strake$/ }));
    await waitFor(() => expect(focused().textContent).toContain("Jorun Marsh"));
    await user.click(screen.getByRole("button", { name: /^Look it up again ?: Jorun Marsh$/ }));
    await waitFor(async () => expect(focused()).toBe(await finder()));
  });

  test("a draft that one begins anew leaves it to the heading", async () => {
    const user = await write();
    await user.click(screen.getByRole("button", { name: "Remove Idris Penhallow" }));
    await user.keyboard("{Control>}s{/Control}");
    await waitFor(() => expect(asked("saveDraft")).toHaveLength(1));
    navigation.go({ page: "home" });
    await screen.findByRole("heading", { name: "What do you need to know?" });
    navigation.go(parse("#/accounts/a-enquiries/change"));
    await user.click(await screen.findByRole("button", { name: "Begin a new one" }));
    await onHeading(/^Change who has access to/);
  });

  test("another try to keep it that goes well", async () => {
    const user = await write();
    memory.refuse("saveDraft", refusal);
    await user.click(screen.getByRole("button", { name: "Remove Idris Penhallow" }));
    await user.click(screen.getByRole("button", { name: "Save as draft" }));
    await screen.findByRole("alert");
    await awake();
    memory.relent("saveDraft");
    await act("Try again");
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    await onHeading(/^Change who has access to/);
  });

  test("whoever is to answer for it: one field takes the place of the other, both ways", async () => {
    open("boulder", "#/ask/new-account");
    await act(/^I will be the/);
    await waitFor(() => expect(focused().textContent).toBe("Choose somebody else"));
    await act("Choose somebody else");
    await waitFor(() => expect(focused().getAttribute("role")).toBe("combobox"));
  });

  test("a desk that can be reached at the second look is told where the button was", async () => {
    open("boulder", "#/");
    memory.desk.connected = false;
    navigation.go(parse("#/ask/new-account"));
    await screen.findByRole("heading", { name: /cannot be reached from here/ });
    memory.desk.connected = true;
    await act("Try again");
    await screen.findByRole("heading", { name: /can be reached from here/ });
    await waitFor(() => expect(focused().textContent).toMatch(/can be reached from here/));
  });
});

describe("a request", () => {
  const idOf = (status: RequestStatus["status"]) => memory.desk.kept.find((one) => one.status.status === status)?.id ?? "";

  async function follow(status: RequestStatus["status"], scenario = "requests") {
    open(scenario, "#/");
    navigation.go({ page: "requests", id: idOf(status), step: null });
    await screen.findByRole("heading", { name: "What it asks for" });
    return screen.getByRole("region", { name: "Request" }).querySelector<HTMLElement>(".name") as HTMLElement;
  }

  test.each<[RequestStatus["status"], string]>([
    ["with-desk", "Withdraw"],
    ["conflict", "Send what I wanted"],
  ])("%s: %s leaves it to the request's heading", async (status, name) => {
    const heading = await follow(status);
    await act(name);
    await waitFor(() => expect(screen.queryByRole("button", { name })).toBeNull());
    await waitFor(() => expect(focused()).toBe(heading));
  });

  test.each<[RequestStatus["status"], string, RegExp]>([
    ["conflict", "Adjust it", /^Change who has access to/],
    ["checked-working", "Undo this", /^Check before you send$/],
  ])("%s: %s leads to the heading of the next page", async (status, name, heading) => {
    await follow(status);
    await act(name);
    await onHeading(heading);
  });

  test.each<[RequestStatus["status"], string]>([
    ["conflict", "Drop it"],
    ["draft", "Discard"],
  ])("%s: %s leaves it to the list", async (status, name) => {
    await follow(status);
    const user = await act(name);
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name }));
    await waitFor(() => expect(navigation.route).toMatchObject({ page: "requests", id: null }));
    await waitFor(() => expect(focused().closest(".list")).not.toBeNull());
  });

  test("the last one that is discarded leaves it to the heading of the list", async () => {
    await follow("draft");
    memory.desk.kept = memory.desk.kept.filter((one) => one.status.status === "draft");
    memory.tell("requests-changed", null);
    const user = await act("Discard");
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Discard" }));
    await screen.findByText("No open request");
    await onHeading("Requests");
  });

  test("a question that is answered", async () => {
    const heading = await follow("with-desk");
    const one = memory.desk.find(idOf("with-desk"));
    if (one.status.status !== "with-desk") throw new Error("it is with the desk");
    one.status = { status: "needs-answer", reference: one.status.reference, question: "Until when?" };
    memory.tell("requests-changed", null);
    const user = userEvent.setup();
    await user.type(await screen.findByRole("textbox", { name: "Your answer" }), "Until June.");
    await user.click(screen.getByRole("button", { name: "Send the answer" }));
    await waitFor(() => expect(screen.queryByRole("textbox", { name: "Your answer" })).toBeNull());
    await waitFor(() => expect(focused()).toBe(heading));
  });

  test("news that takes away what was about to be pressed", async () => {
    const heading = await follow("with-desk");
    await awake();
    screen.getByRole("button", { name: "Withdraw" }).focus();
    const one = memory.desk.find(idOf("with-desk"));
    memory.desk.move(one, { status: "refused", reference: "RQ-1", reason: "" }, { what: "refused" });
    memory.tell("requests-changed", null);
    await waitFor(() => expect(screen.queryByRole("button", { name: "Withdraw" })).toBeNull());
    await waitFor(() => expect(focused()).toBe(heading));
  });

  test("a refusal takes nothing away", async () => {
    await follow("with-desk");
    memory.refuse("withdraw", refusal);
    await act("Withdraw");
    await screen.findByRole("alert");
    expect(focused()).toBe(screen.getByRole("button", { name: "Withdraw" }));
  });

  test("somebody who has gone on meanwhile is left where they are", async () => {
    await follow("with-desk");
    let answer = () => {};
    vi.spyOn(host.requests, "withdraw").mockImplementation((id) => new Promise((resolve) => (answer = () => resolve(memory.desk.withdraw(id)))));
    await act("Withdraw");
    const elsewhere = screen.getByRole("link", { name: /Settings/ });
    elsewhere.focus();
    answer();
    await waitFor(() => expect(screen.queryByRole("button", { name: "Withdraw" })).toBeNull());
    expect(focused()).toBe(elsewhere);
  });

  test("what is asked first by whoever decides", async () => {
    open("to-decide", "#/requests/r-1");
    const user = userEvent.setup();
    await user.type(await screen.findByRole("textbox", { name: "Reason or question" }), "Until when?");
    await user.click(screen.getByRole("button", { name: "Ask first" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Ask first" })).toBeNull());
    await waitFor(() => expect(focused()).toBe(document.querySelector(".detail .name")));
  });
});

describe("Settings", () => {
  test("somebody who is forgotten leaves it to the list", async () => {
    memory.set("owner");
    const { start } = memory.scenario;
    const other = { ...start.identities[0], id: "i-other", name: "Hal Brindley", current: false } as (typeof start.identities)[number];
    open("owner", "#/");
    memory.scenario.start = { ...start, identities: [...start.identities, other] };
    vi.spyOn(host.identity, "forget").mockImplementation(async () => {
      memory.scenario.start = { ...memory.scenario.start, identities: start.identities };
    });
    memory.tell("session-changed", null);
    navigation.go({ page: "settings" });
    const user = await act("Forget Hal Brindley");
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Forget" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Forget Hal Brindley" })).toBeNull());
    await waitFor(() => expect(focused()).toBe(screen.getByRole("list", { name: "Who uses this" })));
  });

  test("a passphrase that is set is told where its fields were", async () => {
    open("keyless", "#/settings");
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("Passphrase"), "four words are enough");
    await user.type(screen.getByLabelText("The same again"), "four words are enough");
    await user.click(screen.getByRole("button", { name: "Keep it with a passphrase" }));
    await waitFor(() => expect(focused().textContent).toMatch(/^From now on what is read is kept/));
  });

  test("another English draws everything anew, and its choice has the focus again", async () => {
    open("owner", "#/settings");
    const user = userEvent.setup();
    await user.click(await screen.findByRole("radio", { name: "United States" }));
    await screen.findByText("Colors");
    await waitFor(() => expect(focused()).toBe(screen.getByRole("radio", { name: "United States" })));
    await user.click(screen.getByRole("radio", { name: "United Kingdom" }));
    await waitFor(() => expect(focused()).toBe(screen.getByRole("radio", { name: "United Kingdom" })));
  });
});

describe("Welcome", () => {
  const chosen = () => document.querySelector('input[name="institution"]:checked');

  test.each([
    ["adding a file", "Add an institution from a file", "Back"],
    ["help", /^F1/, "Back"],
  ])("back from %s it is on the institution", async (_, there, back) => {
    open("welcome");
    await act(there);
    await waitFor(() => expect(focused().tagName).toMatch(/^H[12]$/));
    await act(back);
    await waitFor(() => expect(focused()).toBe(chosen()));
  });

  test("trying the practice campus instead leaves it to that choice", async () => {
    open("welcome");
    await act("Try its practice campus");
    await waitFor(() => expect(focused()).toBe(screen.getByRole("radio", { name: /Try with invented people/ })));
  });
});
