/** Somebody else's request, and the reader decides. */
import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import { memory } from "../../host/memory";
import { people } from "../../host/memory/accounts";
import { blank } from "../../host/memory/wish";
import { asked, begin, open } from "../../test-screen";
import { expectAccessible } from "../../test-axe";

beforeEach(begin);

test("comes after what is asked for, right by right", async () => {
  const user = userEvent.setup();
  open("to-decide", "#/requests");
  await user.click(await screen.findByRole("button", { name: /To decide/ }));
  const [first] = await within(await screen.findByRole("list", { name: "Requests" })).findAllByRole("link");
  await user.click(first as HTMLElement);
  const decision = await screen.findByRole("heading", { name: "Your decision" });
  const asked = screen.getByRole("table", { name: "What differs" });
  expect(asked.compareDocumentPosition(decision) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
});

async function decide() {
  const user = userEvent.setup();
  open("to-decide", "#/requests");
  await user.click(await screen.findByRole("button", { name: /To decide 2/ }));
  await user.click(await screen.findByRole("link", { name: /Add Leonie Strake.*Asked by Maren Tolliver/ }));
  await screen.findByRole("heading", { name: "Your decision" });
  expect(screen.getAllByRole("columnheader").map(({ textContent }) => textContent)).toEqual(["Person", "When it was asked", "After this request"]);
  return user;
}

test("what waits for the reader is counted and shown with whoever asks", async () => {
  await decide();
  expect(screen.getByText("For the admissions round.")).toBeTruthy();
  expect(await screen.findByRole("link", { name: /Requests.*2 need you/ })).toBeTruthy();
  await expectAccessible();
});

test("a refusal needs a reason, told at its field", async () => {
  const user = await decide();
  await user.click(screen.getByRole("button", { name: "Refuse" }));
  const field = screen.getByRole("textbox", { name: "Reason or question" });
  expect(document.activeElement).toBe(field);
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(asked("decide")).toEqual([]);
  await user.type(field, "Ask the head of admissions first.");
  await user.click(screen.getByRole("button", { name: "Refuse" }));
  await waitFor(() => expect(asked("decide")).toEqual([{ id: "r-1", approve: false, reason: "Ask the head of admissions first.", despite: false }]));
  expect(await screen.findByRole("button", { name: /To decide 1/ })).toBeTruthy();
});

test("a reason too long to be sent is told at its field, and nothing is decided", async () => {
  const user = await decide();
  const field = screen.getByRole("textbox", { name: "Reason or question" }) as HTMLTextAreaElement;
  await user.click(field);
  await user.paste("x".repeat(2005));
  for (const act of ["Approve", "Refuse", "Ask first"]) {
    await user.click(screen.getByRole("button", { name: act }));
    expect(await screen.findByText("It is 2005 characters long, and 2000 fit")).toBeTruthy();
    expect(document.activeElement).toBe(field);
  }
  expect(field.value).toHaveLength(2005);
  expect([...asked("decide"), ...asked("say")]).toEqual([]);
});

test("something can be asked first, and whoever asks stays with the request", async () => {
  const user = await decide();
  await user.click(screen.getByRole("button", { name: "Ask first" }));
  const field = screen.getByRole("textbox", { name: "Reason or question" });
  expect(document.activeElement).toBe(field);
  expect(asked("say")).toEqual([]);
  await user.type(field, "Until when?");
  await user.click(screen.getByRole("button", { name: "Ask first" }));
  await waitFor(() => expect(asked("say")).toEqual([{ id: "r-1", text: "Until when?" }]));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Ask first" })).toBeNull());
  expect(screen.getByRole("button", { name: "Approve" })).toBeTruthy();
});

test("a question is answered, not decided", async () => {
  const user = await decide();
  const one = memory.desk.find("r-1");
  one.form = { ...blank("ask-desk", null), answers: { subject: "A list", details: "All of them." } };
  memory.tell("requests-changed", null);
  expect(await screen.findByRole("heading", { name: "Your answer" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Approve" })).toBeNull();
  await user.type(screen.getByRole("textbox", { name: "Answer or question" }), "It is on its way.");
  await user.click(screen.getByRole("button", { name: "Answer and close it" }));
  await waitFor(() => expect(asked("decide")).toEqual([{ id: "r-1", approve: true, reason: "It is on its way.", despite: false }]));
});

test("an approval needs none", async () => {
  const user = await decide();
  await user.click(screen.getByRole("button", { name: "Approve" }));
  await waitFor(() => expect(asked("decide")).toEqual([{ id: "r-1", approve: true, reason: "", despite: false }]));
  await waitFor(() => expect(address(navigation.route)).toBe("#/requests"));
});

test("where the account has changed since it was asked, three states are shown and nothing is decided", async () => {
  const user = await decide();
  const account = memory.scenario.accounts.find(({ id }) => id === "a-enquiries");
  const leonie = memory.desk.find("r-1").form.changes[0]?.to;
  if (account?.access.shown !== "all" || !leonie) throw new Error("the scenario has both");
  account.access.grants = [...account.access.grants, { to: leonie, rights: ["automap"], outcome: "opens-nothing", unknown: [], mine: false }];
  await user.click(screen.getByRole("button", { name: "Approve" }));
  const told = await screen.findByRole("alert");
  expect(told.textContent).toMatch(/What changed since it was asked.*Nothing is decided yet.*Leonie Strake.*When it was asked\s*No access\s*Now.*It opens by itself.*Asked for.*Reads and files all mail/s);
  expect(address(navigation.route), "one stays").toBe("#/requests/r-1");
  expect(screen.getByRole("columnheader", { name: "When it was asked" }), "it is not so any more").toBeTruthy();
  expect(screen.queryByRole("button", { name: "Approve" })).toBeNull();
  expect(screen.getByRole("button", { name: "Refuse" })).toBeTruthy();
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Approve all the same" }));
  await waitFor(() => expect(asked("decide").at(-1)).toEqual({ id: "r-1", approve: true, reason: "", despite: true }));
  await waitFor(() => expect(address(navigation.route)).toBe("#/requests"));
});

test("that it was decided is said where it stood, until another is opened; down from the heading leads into the list", async () => {
  const user = userEvent.setup();
  open("to-decide", "#/requests");
  const heading = await screen.findByRole("heading", { level: 1, name: "Requests" });
  await waitFor(() => expect(screen.getByRole("button", { name: /^To decide/ }).getAttribute("aria-pressed"), "nothing of their own is open").toBe("true"));
  await waitFor(() => expect(document.activeElement).toBe(heading));
  await user.keyboard("{ArrowDown}");
  await waitFor(() => expect(document.activeElement?.className).toContain("item"));
  await user.keyboard("{Enter}");
  const title = (await screen.findByRole("region", { name: "Request" })).querySelector("h2")?.textContent ?? "";
  await user.click(await screen.findByRole("button", { name: "Approve" }));
  const said = await screen.findByText(`Approved: ${title}`);
  expect(said.getAttribute("role")).toBe("status");
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: /^Finished/ }));
  await waitFor(() => expect(screen.queryByText(/^Approved:/)).toBeNull());
});

test("what somebody else was quicker to decide is told, and decided no more", async () => {
  const user = await decide();
  memory.refuse("decide", { code: "desk-refused", message: "", retryAfter: null, profile: null, said: "This request has been decided already." });
  memory.desk.discard("r-1");
  await user.click(screen.getByRole("button", { name: "Approve" }));
  expect(await screen.findByText("“This request has been decided already.”")).toBeTruthy();
  await waitFor(() => expect(screen.queryByRole("button", { name: "Approve" })).toBeNull());
  expect(screen.getByText(/decided by somebody else\. Go back to the list/)).toBeTruthy();
  expect(screen.queryByText("It can be decided here, by you or a colleague."), "not any more").toBeNull();
  expect(screen.queryByText(/The request is shown as it is now/), "it is shown as it was").toBeNull();
  await waitFor(() => expect(document.activeElement?.tagName, "the buttons went with it").toMatch(/^H[12]$/));
});

test("whoever decides reads whether what has to be accepted was", async () => {
  for (const [accepted, words] of [[true, "Accepted with it:"], [false, "Nothing says that this was accepted:"], [null, "Whether this was accepted is not told:"]] as const) {
    begin();
    open("to-decide", "#/");
    const id = memory.desk.saveDraft({ ...blank("new-account", null), accountKind: "sso-only", username: "eart-lab", displayName: "Lab" });
    const { kind: _, ...by } = people.maren;
    Object.assign(memory.desk.find(id), { by, accepted, status: { status: "with-desk", reference: "RQ-9" } });
    navigation.go({ page: "requests", id, step: null });
    expect((await screen.findByText(words)).parentElement?.textContent).toContain("The owner keeps a record of who was given the password.");
  }
});
