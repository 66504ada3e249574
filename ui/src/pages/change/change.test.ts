import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import { memory } from "../../host/memory";
import { begin, open } from "../../test-screen";
import { expectAccessible } from "../../test-axe";
import { forgetFindings } from "./finding.svelte";
import { add, CHANGE, finder, paste, saved, write } from "./test-form";

beforeEach(begin);

describe("who is offered it", () => {
  test("an owner is led there from the people of the account, by button or by E", async () => {
    const user = userEvent.setup();
    open("owner", "#/accounts/a-enquiries/people");
    const link = await screen.findByRole("link", { name: "Change who has access" });
    expect(link.getAttribute("href")).toBe(CHANGE);
    await user.keyboard("e");
    await waitFor(() => expect(address(navigation.route)).toBe(CHANGE));
  });

  test("somebody who only uses it is told whom to ask, and offered nothing", async () => {
    open("owner", "#/accounts/a-fieldwork/people");
    expect(await screen.findByText(/Questions about access go to the owner/)).toBeTruthy();
    expect(screen.queryByRole("link", { name: "Change who has access" })).toBeNull();
  });

  test("an address that leads there all the same says why not", async () => {
    open("owner", "#/accounts/a-fieldwork/change");
    expect(await screen.findByText("Only the owner, or an IT officer of its department, may ask for this.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Continue" })).toBeNull();
  });

  test("without a desk nothing about requests is drawn", async () => {
    open("without-desk", "#/accounts/a-geology-club/people");
    await screen.findByText("Opened with its own username and password");
    expect(screen.queryByRole("link", { name: "Requests" })).toBeNull();
    navigation.go({ page: "requests", id: null, step: null });
    expect(await screen.findByRole("heading", { name: "What do you need to know?" })).toBeTruthy();
    expect(document.getElementById("main")?.className).not.toContain("flush");
  });
});

describe("who has access now", () => {
  test("each right is a box with the person's name, ticked as the record says", async () => {
    await write();
    expect((screen.getByRole("checkbox", { name: "Jo Ferrand: Send as it" }) as HTMLInputElement).checked).toBe(true);
    expect((screen.getByRole("checkbox", { name: "Adaeze Whitlow: Read all" }) as HTMLInputElement).checked).toBe(false);
  });

  test("what differs is said in words and kept as a draft; taken back, it is gone from it", async () => {
    const user = await write();
    await user.click(screen.getByRole("checkbox", { name: "Jo Ferrand: Send as it" }));
    expect(screen.getByText(/Loses Send as\./)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Remove Idris Penhallow" }));
    expect(screen.getByText(/Loses all access\./)).toBeTruthy();
    await waitFor(() => expect(saved().at(-1)?.changes.map(({ to, rights }) => [to.name, rights])).toEqual([["Jo Ferrand", ["full-access", "automap"]], ["Idris Penhallow", []]]));
    await user.click(screen.getByRole("button", { name: "Keep Idris Penhallow as now" }));
    await waitFor(() => expect(saved().at(-1)?.changes.map(({ to }) => to.name)).toEqual(["Jo Ferrand"]));
    expect(new Set(saved().slice(1).map(({ id }) => id)), "one draft, however often it is kept").toEqual(new Set(["r-1"]));
  });

  test("the rights of somebody else are taken over", async () => {
    const user = await write();
    const select = screen.getByRole("combobox", { name: "Give Adaeze Whitlow the same rights as" });
    select.focus();
    await user.selectOptions(select, "Jo Ferrand");
    expect(screen.getByText("Gains Full access and Automap.", { exact: false })).toBeTruthy();
  });

  test("a record that changes meanwhile is followed, and what was changed here stays", async () => {
    const user = await write();
    await user.click(screen.getByRole("checkbox", { name: "Jo Ferrand: Send as it" }));
    const view = memory.scenario.accounts.find(({ id }) => id === "a-enquiries");
    if (view?.access.shown !== "all") throw new Error("everybody is shown");
    view.access.grants = view.access.grants.filter(({ to }) => to.name !== "Piet Vantongeren");
    memory.tell("accounts-changed", null);
    await waitFor(() => expect(screen.queryByText("Piet Vantongeren")).toBeNull());
    expect(screen.getByText(/Loses Send as\./)).toBeTruthy();
  });
});

describe("who is new", () => {
  test("gets a preset, the box to open by itself, or each right", async () => {
    const user = await write();
    await add(user, "leonie", "Leonie Strake");
    const what = await screen.findByRole("group", { name: "What should Leonie Strake be able to do?" });
    await user.click(within(what).getByRole("radio", { name: /Read, and write as the mailbox/ }));
    await user.click(within(what).getByRole("checkbox", { name: /Open by itself/ }));
    await waitFor(() => expect(saved().at(-1)?.changes[0]?.rights).toEqual(["full-access", "send-as", "automap"]));
    await user.click(within(what).getByRole("radio", { name: /Choose each right/ }));
    await user.click(within(what).getByRole("checkbox", { name: /Send as it/ }));
    await waitFor(() => expect(saved().at(-1)?.changes[0]?.rights).toEqual(["full-access", "automap"]));
  });

  test("presets whose rights the profile lacks are not offered", async () => {
    memory.set("owner");
    const user = userEvent.setup();
    open("owner", CHANGE);
    const { session } = memory.scenario.start;
    if (session) memory.scenario.start = { ...memory.scenario.start, session: { ...session, institution: { ...session.institution, rights: session.institution.rights.filter(({ means }) => means === "read") } } };
    memory.tell("session-changed", null);
    await screen.findByRole("heading", { level: 1, name: /enquiries/ });
    await add(user, "leonie", "Leonie Strake");
    const what = await screen.findByRole("group", { name: /Leonie Strake/ });
    expect(within(what).getAllByRole("radio").map((radio) => radio.closest("label")?.querySelector(".t")?.textContent)).toEqual(["Read only", "Choose each right"]);
    expect(within(what).queryByRole("checkbox")).toBeNull();
  });

  test("the same can be given to everybody who is new", async () => {
    const user = await write();
    await paste(user, "Leonie Strake, Jorun Marsh");
    const first = await screen.findByRole("group", { name: /Leonie Strake/ });
    await user.click(within(first).getByRole("radio", { name: /Read only/ }));
    await user.click(screen.getByRole("button", { name: "Give the other new person the same" }));
    const second = screen.getByRole("group", { name: /Jorun Marsh/ });
    expect((within(second).getByRole("radio", { name: /Read only/ }) as HTMLInputElement).checked).toBe(true);
  });
});

describe("putting it right", () => {
  test("the summary takes the focus and leads to each field; nothing typed is lost", async () => {
    const user = await write();
    await add(user, "leonie", "Leonie Strake");
    await user.type(await finder(), "marsh");
    await user.click(screen.getByRole("button", { name: "Continue" }));
    const summary = await screen.findByRole("alert");
    expect(document.activeElement).toBe(summary);
    expect(within(summary).getByRole("heading").textContent).toBe("There are 2 things to put right");
    await user.click(within(summary).getByRole("link", { name: "Choose a person from the list for “marsh”, or clear the field" }));
    expect(document.activeElement).toBe(await finder());
    expect(((await finder()) as HTMLInputElement).value).toBe("marsh");
    expect((await finder()).getAttribute("aria-invalid")).toBe("true");
    await user.click(within(summary).getByRole("link", { name: "Choose what Leonie Strake may do" }));
    expect(document.activeElement).toBe(screen.getByRole("radio", { name: /Read only/ }));
    await user.click(screen.getByRole("radio", { name: /Read only/ }));
    await user.clear(await finder());
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    expect(address(navigation.route)).toBe(CHANGE);
  });

  test("entries to sort out leave the summary one by one, each by its own name", async () => {
    const user = await write();
    await paste(user, "No Body, Else Where");
    await screen.findByRole("region", { name: "To sort out" });
    await user.click(screen.getByRole("button", { name: "Continue" }));
    const summary = await screen.findByRole("alert");
    await user.click(screen.getByRole("button", { name: /^Leave it out ?: No Body$/ }));
    await waitFor(() => expect(within(summary).getAllByRole("link").map(({ textContent }) => textContent)).toEqual(["Sort out “Else Where”, or leave it out"]));
    await user.click(within(summary).getByRole("link"));
    expect(document.activeElement?.textContent).toContain("Else Where");
  });

  test("nothing changed is no request", async () => {
    const user = await write();
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect(within(await screen.findByRole("alert")).getByRole("link", { name: "Change something, or add somebody" })).toBeTruthy();
    expect(saved(), "nothing was typed, so nothing is kept").toEqual([]);
  });

  test("a note that is too long is told with its length", async () => {
    const user = await write();
    const note = screen.getByRole("textbox", { name: /Line for whoever decides/ });
    await user.click(note);
    await user.paste("é".repeat(2001));
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect(within(await screen.findByRole("alert")).getByRole("link", { name: "The line is 2001 characters long, and 2000 fit" })).toBeTruthy();
    expect((note as HTMLTextAreaElement).value).toHaveLength(2001);
  });

  test("a draft that cannot be kept says so and tries again", async () => {
    const user = await write();
    memory.refuse("saveDraft", { code: "store-trouble", message: "disk full", retryAfter: null, profile: null, said: null });
    await user.click(screen.getByRole("button", { name: "Remove Idris Penhallow" }));
    await user.click(screen.getByRole("button", { name: "Save as draft" }));
    const alert = await screen.findByRole("alert");
    memory.relent("saveDraft");
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    expect((await screen.findAllByText(/Saved as a draft on this computer at .*\. Not sent\./)).length).toBeGreaterThan(0);
  });
});

describe("leaving and coming back", () => {
  test("Escape keeps the answers, and the page goes on with them", async () => {
    const user = await write();
    await user.click(screen.getByRole("button", { name: "Remove Idris Penhallow" }));
    await user.keyboard("{Escape}");
    expect(address(navigation.route)).toBe("#/accounts/a-enquiries/people");
    await waitFor(() => expect(saved()).toHaveLength(1));
    await user.click(await screen.findByRole("link", { name: "Change who has access" }));
    expect(await screen.findByText(/You go on with your draft of/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Keep Idris Penhallow as now" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Begin a new one" }));
    expect(screen.getByRole("button", { name: "Remove Idris Penhallow" })).toBeTruthy();
  });

  test("entries to sort out are kept with the draft, and are there again after the program was killed", async () => {
    const user = await write();
    await paste(user, "Leonie Strake, No Body, Else Where");
    await screen.findByRole("region", { name: "To sort out" });
    await user.click(await screen.findByRole("radio", { name: /^Read only/ }));
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ unsorted: ["No Body", "Else Where"], changes: [{ to: { name: "Leonie Strake" } }] }));
    const id = memory.desk.kept[0]?.id ?? "";
    forgetFindings();
    navigation.go({ page: "requests", id, step: "check" });
    expect(await screen.findByText("Sort out “No Body”, or leave it out.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /^Send/ }), "nothing goes as long as somebody is missing").toBeNull();
    navigation.go({ page: "requests", id, step: "change" });
    const sort = await screen.findByRole("region", { name: "To sort out" });
    expect(within(sort).getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([expect.stringMatching(/^No Body/), expect.stringMatching(/^Else Where/)]);
    await user.click(within(sort).getByRole("button", { name: /^Leave it out ?: No Body$/ }));
    await user.click(within(sort).getByRole("button", { name: /^Leave it out ?: Else Where$/ }));
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ unsorted: [] }));
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect(await screen.findByRole("button", { name: "Send request: add 1" })).toBeTruthy();
  });

  test("a name that is typed and not chosen is kept with the draft, and is there again after the program was killed", async () => {
    const user = await write();
    await add(user, "leonie", "Leonie Strake");
    await user.click(await screen.findByRole("radio", { name: /^Read only/ }));
    await user.type(await finder(), "jonah");
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ typedNames: { access: "jonah", owner: "" }, changes: [{ to: { name: "Leonie Strake" } }] }));
    const id = memory.desk.kept[0]?.id ?? "";
    forgetFindings();
    navigation.go({ page: "requests", id, step: "check" });
    expect(await screen.findByText("Sort out “jonah”, or leave it out.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /^Send/ }), "nobody is left out silently").toBeNull();
    navigation.go({ page: "requests", id, step: "change" });
    expect(((await finder()) as HTMLInputElement).value).toBe("jonah");
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect((await screen.findByRole("alert")).textContent).toContain("Choose a person from the list for “jonah”, or clear the field");
    await user.clear(await finder());
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ typedNames: { access: "" } }));
  });

  test("what was typed in a draft that was discarded begins no other by itself", async () => {
    const user = await write();
    await user.type(await finder(), "jonah");
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ typedNames: { access: "jonah" } }));
    const id = memory.desk.kept[0]?.id ?? "";
    navigation.go({ page: "requests", id, step: null });
    await user.click(await screen.findByRole("button", { name: "Discard" }));
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Discard" }));
    await waitFor(() => expect(memory.desk.kept).toHaveLength(0));
    const before = saved().length;
    navigation.go({ page: "change", account: "a-enquiries", unit: false });
    expect(((await finder()) as HTMLInputElement).value).toBe("");
    navigation.go({ page: "home" });
    await screen.findByRole("heading", { name: "What do you need to know?" });
    expect(saved()).toHaveLength(before);
  });

  test("Ctrl+S keeps it at once and says so", async () => {
    const user = await write();
    await user.click(screen.getByRole("button", { name: "Remove Idris Penhallow" }));
    await user.keyboard("{Control>}s{/Control}");
    await waitFor(() => expect(screen.getAllByRole("status").some((status) => /Saved as a draft/.test(status.textContent ?? ""))).toBe(true));
  });

  test("an account names its open request", async () => {
    const user = await write();
    await user.click(screen.getByRole("button", { name: "Remove Idris Penhallow" }));
    await user.keyboard("{Control>}s{/Control}");
    await waitFor(() => expect(saved()).toHaveLength(1));
    navigation.go({ page: "accounts", unit: false, id: "a-enquiries", tab: "overview" });
    const link = await screen.findByRole("link", { name: "1 open request" });
    expect(link.getAttribute("href")).toBe("#/requests/r-1");
  });
});

test("axe finds nothing, empty, filled in and wrong", async () => {
  const user = await write();
  await expectAccessible();
  await paste(user, "Leonie Strake, No Body, Marsh");
  await screen.findByRole("group", { name: /Leonie Strake/ });
  await user.click(screen.getByRole("button", { name: "Continue" }));
  await screen.findByRole("alert");
  await expectAccessible();
  for (const button of screen.getAllByRole("button", { name: /^Leave it out/ })) await user.click(button);
  await user.type(await finder(), "marsh");
  await screen.findByRole("option", { name: /Jonah Marsh/ });
  await expectAccessible();
});
