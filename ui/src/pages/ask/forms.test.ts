import { screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, test } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import { memory } from "../../host/memory";
import { people } from "../../host/memory/accounts";
import { begin } from "../../test-screen";
import { expectAccessible } from "../../test-axe";
import { choose, field, onward, press, saved, tabTo, told, type, write } from "./test-ask";

beforeEach(begin);

const { leonie, maren, oona } = people;
const row = (name: RegExp) => within(screen.getByRole("table", { name: "What differs" })).getByRole("row", { name });
const aside = () => screen.getByRole("complementary", { name: "What follows" }).textContent ?? "";

describe("removing the password", () => {
  const hash = "#/accounts/a-outreach/ask/remove-password";

  test("says what stops and what stays before anybody types", async () => {
    await write(hash, /^Remove the password: outreach/);
    for (const text of [/Everybody who knows the password/, /Mail programs and telephones/, /Scanners, websites and services/, /The record does not show which those are/, /Its mail, its calendar and its address/, /^For Piet Vantongeren nothing changes: they open it as themselves already/, /^You stay the owner and need no access beside that/, /It becomes: Mailbox only/]) {
      expect(screen.getByText(text)).toBeTruthy();
    }
    await expectAccessible();
  });

  test("whoever uses the password becomes a delegate in the same request; sending is asked once more", async () => {
    const user = await write(hash, /^Remove the password/);
    await choose(user, "Who?", "leonie", /Leonie Strake/);
    await press(user, "radio", /^Read, and write as the mailbox/);
    await onward(user);
    expect(row(/^Kind/).textContent).toMatch(/Mailbox and SSO.*Becomes:\s*Mailbox only/);
    expect(row(/Add\s*Leonie Strake/).textContent).toMatch(/Gains:\s*Reads and files all mail/);
    expect(aside()).toMatch(/Its password stops working.*The record does not show which those are\..*You stay the owner\..*Its mail, its calendar and its address stay/s);
    expect(aside()).not.toMatch(/ask for the opposite/);
    await press(user, "button", "Send: remove the password");
    const sure = await screen.findByRole("dialog", { name: "Remove the password?" });
    expect(sure.textContent).toMatch(/does not come back/);
    await user.click(within(sure).getByRole("button", { name: "Cancel" }));
    expect(memory.asked.some(({ command }) => command === "send")).toBe(false);
    await user.keyboard("{Control>}{Enter}{/Control}");
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Send: remove the password" }));
    expect(await screen.findByText(/It arrived as RQ-/)).toBeTruthy();
    expect(document.activeElement?.textContent).toBe("Remove the password");
    expect(saved().at(-1)).toMatchObject({ kind: "remove-password", account: "a-outreach", changes: [{ rights: ["full-access", "send-as"] }], accountKind: null });
  });

  test("somebody who was added and given nothing is told at their field", async () => {
    const user = await write(hash, /^Remove the password/);
    await choose(user, "Who?", "leonie", /Leonie Strake/);
    expect(await told(user)).toEqual(["Choose what Leonie Strake may do"]);
    await press(user, "radio", /^Read only/);
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });
});

describe("handing over", () => {
  const hash = "#/accounts/a-outreach/ask/hand-over";

  test("the new owner by keys; the present one may stay as a delegate", async () => {
    const user = await write(hash, /^Hand it over: outreach/);
    await choose(user, "The new owner", "oona", /Oona Garrick/);
    await waitFor(() => expect(document.activeElement, "the focus stays where the field was").toBe(screen.getByRole("button", { name: "Choose somebody else" })));
    await press(user, "checkbox", /^You stay as a delegate/);
    await press(user, "radio", /^Read only/);
    await onward(user);
    expect(row(/^Owner/).textContent).toMatch(/Maren Tolliver.*Oona Garrick/);
    expect(row(/Add\s*Maren Tolliver/)).toBeTruthy();
    expect(aside()).toMatch(/Oona Garrick answers for it and asks for changes from then on\. You no longer do\./);
    expect(aside()).not.toMatch(/stay the owner/);
    await press(user, "button", "Send: hand it over");
    expect((await screen.findByRole("dialog", { name: "Hand it over?" })).textContent).toMatch(/Oona Garrick answers for it from then on\. Only they/);
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Send: hand it over" }));
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Hand it over: Oona Garrick"));
    expect(saved().at(-1)).toMatchObject({ owner: { id: oona.id }, changes: [{ to: { id: maren.id }, rights: ["full-access"] }] });
  });

  test("without a new owner it is told at the field, which keeps its words", async () => {
    const user = await write(hash, /^Hand it over/);
    expect(await told(user)).toEqual(["Choose who is to be the owner"]);
    const combobox = screen.getByRole("combobox", { name: "The new owner" });
    expect(combobox.getAttribute("aria-invalid")).toBe("true");
    expect(document.getElementById("owner-error")?.textContent).toContain("Choose who is to be the owner");
    expect(combobox.getAttribute("aria-describedby")).toContain("owner-error");
    await expectAccessible();
    await user.click(within(screen.getByRole("alert")).getByRole("link"));
    expect(document.activeElement).toBe(combobox);
    await user.keyboard("qqq");
    expect(await told(user)).toEqual(["Choose a person from the list for “qqq”"]);
    expect((combobox as HTMLInputElement).value).toBe("qqq");
  });

  test("somebody who may not own an account is refused with the rule; where the desk does not say, nobody is", async () => {
    const user = await write(hash, /^Hand it over/);
    const combobox = screen.getByRole("combobox", { name: "The new owner" });
    expect(document.getElementById(combobox.getAttribute("aria-describedby") ?? "")?.textContent, "the rule, before anybody types").toContain("Any member of the University.");
    await user.type(combobox, "marsh");
    const barred = await screen.findByRole("option", { name: /Jorun Marsh/ });
    expect(barred.textContent).toContain("May not own secondary accounts here");
    expect(barred.getAttribute("aria-disabled")).toBe("true");
    expect(screen.getByRole("option", { name: /Jonah Marsh/ }).getAttribute("aria-disabled"), "not known is not refused").not.toBe("true");
  });

  test("the present owner cannot be chosen", async () => {
    const user = await write(hash, /^Hand it over/);
    await user.type(screen.getByRole("combobox", { name: "The new owner" }), "maren");
    expect((await screen.findByRole("option", { name: /Maren Tolliver/ })).textContent).toContain("Is the owner now");
  });
});

describe("an institution's own questions", () => {
  test("details: texts and choices, by keys, to the check page", async () => {
    const user = await write("#/accounts/a-enquiries/ask/set-details", /^Change how it shows/);
    await tabTo(user, () => field(/^Shown name/));
    await user.keyboard("{Control>}a{/Control}");
    await user.clear(field(/^Shown name/));
    await user.keyboard("Earth Desk");
    await type(user, /^Other addresses/, "questions@earth.example.edu");
    expect(screen.getByRole("group", { name: /^Where does its mail go/ }).getAttribute("aria-describedby")).toBe("q-delivery-hint");
    await press(user, "radio", "Both");
    await expectAccessible();
    await onward(user);
    expect(row(/^Shown name/).textContent).toMatch(/Earth Sciences Enquiries.*Earth Desk/);
    const answers = screen.getByRole("region", { name: "Your answers" });
    expect(answers.textContent).toMatch(/Other addresses that lead to it\s*questions@earth\.example\.edu\s*Where does its mail go\?\s*Both/);
    expect(aside()).toMatch(/The record does not show all of this: it ends with the Service Desk’s word\./);
    expect(saved().at(-1)).toMatchObject({ displayName: "Earth Desk", answers: { aliases: "questions@earth.example.edu", delivery: "both" } });
  });

  test("nothing changed is told, and an optional choice can be taken back", async () => {
    const user = await write("#/accounts/a-enquiries/ask/set-details", /^Change how it shows/);
    expect(await told(user)).toEqual(["Nothing in it differs from what is known now: change something"]);
    await press(user, "radio", "Both");
    await press(user, "radio", "As it is now");
    expect(await told(user)).toEqual(["Nothing in it differs from what is known now: change something"]);
  });

  test("a shown name that was taken out is asked for, and not told as no change", async () => {
    const user = await write("#/accounts/a-enquiries/ask/set-details", /^Change how it shows/);
    await user.clear(field(/^Shown name/));
    expect(await told(user)).toEqual(["Write the name that people are to see"]);
    expect(field(/^Shown name/).getAttribute("aria-invalid")).toBe("true");
  });

  test("a shown name that is too long is told with how long it is, whole, and kept", async () => {
    const user = await write("#/accounts/a-enquiries/ask/set-details", /^Change how it shows/);
    await user.clear(field(/^Shown name/));
    await user.click(field(/^Shown name/));
    await user.paste("é".repeat(301));
    expect(await told(user)).toEqual(["The name is 301 characters long, and 300 fit"]);
    expect((field(/^Shown name/) as HTMLInputElement).value).toHaveLength(301);
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ displayName: "é".repeat(301) }));
  });

  test("a shown name alone is looked for in the record", async () => {
    const user = await write("#/accounts/a-enquiries/ask/set-details", /^Change how it shows/);
    await user.clear(field(/^Shown name/));
    await type(user, /^Shown name/, "Earth Desk");
    await onward(user);
    expect(aside()).not.toMatch(/The record does not show/);
  });

  test("booking: yes or no, a number within its limits, and more than five choices as a list", async () => {
    const user = await write("#/accounts/a-basalt-room/ask/set-booking", /^Set how it is booked: basalt-room/);
    expect(field(/^When can it be booked/).tagName).toBe("SELECT");
    await type(user, /^How many days ahead/, "many");
    expect(await told(user)).toEqual(["Is it booked without anybody deciding? An answer is needed", "How many days ahead at most? A whole number is needed, in figures"]);
    const outright = screen.getByRole("group", { name: "Is it booked without anybody deciding?" });
    expect(outright.getAttribute("aria-describedby")).toBe("q-outright-error");
    await user.clear(field(/^How many days ahead/));
    await user.type(field(/^How many days ahead/), "900");
    await press(user, "radio", "No");
    expect(await told(user)).toEqual(["How many days ahead at most? 730 or less"]);
    await user.clear(field(/^How many days ahead/));
    await user.type(field(/^How many days ahead/), "90");
    await user.selectOptions(field(/^When can it be booked/), "In term");
    await expectAccessible();
    await onward(user);
    expect(saved().at(-1)?.answers).toEqual({ outright: false, days: 90, hours: "term" });
    expect(screen.getByRole("region", { name: "Your answers" }).textContent).toMatch(/deciding\?\s*No\s*How many days ahead at most\?\s*90\s*When can it be booked\?\s*In term/);
    expect(aside()).toMatch(/you try it and say so here/);
  });

  test("asking the desk: about no account, with a day", async () => {
    const user = await write("#/ask/ask-desk", "Ask the Service Desk");
    expect(await told(user)).toEqual(["What is it about? An answer is needed", "What do you need? An answer is needed"]);
    await type(user, "What is it about?", "A list");
    await type(user, "What do you need?", "All accounts of our unit.");
    await user.type(field(/^When do you need it/), "2026-12-24");
    await expectAccessible();
    await onward(user);
    expect(screen.getByRole("region", { name: "Your answers" }).textContent).toMatch(/When do you need it\?\s*24 December/);
    expect(screen.queryByRole("table")).toBeNull();
    expect(screen.queryByText(/whoever decides/), "what is asked is the message").toBeNull();
    expect(screen.queryByText("What stays as it is")).toBeNull();
    await press(user, "button", "Send: ask the Service Desk");
    await screen.findByText(/It arrived as RQ-/);
    expect(screen.queryByText("About", { exact: true }), "it is about no account").toBeNull();
  });

  test("about an account the same form is kept for it", async () => {
    const user = await write("#/accounts/a-fieldwork/ask/ask-desk", /^Ask the Service Desk: fieldwork/);
    await type(user, "What is it about?", "It is slow");
    await type(user, "What do you need?", "A look at it.");
    await onward(user);
    expect(saved().at(-1)).toMatchObject({ kind: "ask-desk", account: "a-fieldwork" });
  });
});

describe("renewing, closing, activating", () => {
  test("a last day, not before today", async () => {
    const user = await write("#/accounts/a-outreach/ask/renew", /^Keep it longer: outreach/);
    expect(screen.getByText(/^It ends on 30 November now\./)).toBeTruthy();
    expect(await told(user)).toEqual(["Say which is its last day"]);
    await user.type(field("Last day"), "2026-01-31");
    expect(await told(user)).toEqual(["The last day lies before today"]);
    await user.clear(field("Last day"));
    await user.type(field("Last day"), "2027-07-31");
    await expectAccessible();
    await onward(user);
    expect(row(/^Last day/).textContent).toMatch(/30 November.*31 July 2027/);
    expect(aside()).toMatch(/ask for the opposite/);
    await press(user, "button", "Send: keep it longer");
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Keep it longer: until 31 July 2027"));
  });

  test("closing says what it ends before it goes, and is not asked once more", async () => {
    const user = await write("#/accounts/a-enquiries/ask/close", /^Close it: enquiries/);
    await expectAccessible();
    await onward(user);
    expect(row(/^State/).textContent).toMatch(/In use.*Closed/);
    expect(aside()).toMatch(/Nobody can open it any more/);
    expect(aside(), "nothing of it stays, and nobody is untouched").not.toMatch(/stays|You stay|untouched/i);
    expect(aside()).toMatch(/Its mail may be deleted with it/);
    await press(user, "button", "Send: close it");
    await waitFor(() => expect(address(navigation.route)).toMatch(/^#\/requests\/[^/]+$/));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("activating needs the policy accepted", async () => {
    const user = await write("#/accounts/a-geology-web/ask/activate", /^Activate the account: geology-web/, "boulder");
    expect(await told(user)).toEqual(["Accept this, or do not send it"]);
    const policy = screen.getByRole("checkbox", { name: "I keep to the rules on acceptable use." });
    expect(policy.getAttribute("aria-describedby")).toBe("policy-error");
    await expectAccessible();
    await press(user, "checkbox", "I keep to the rules on acceptable use.");
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
    await onward(user);
    expect(row(/^State/).textContent).toMatch(/Not activated yet.*In use/);
    expect(aside()).toMatch(/It can be signed in to/);
  });
});

describe("a draft", () => {
  test("keeps what is no number and no day as it was typed, and the check page says so", async () => {
    const user = await write("#/accounts/a-basalt-room/ask/set-booking", /^Set how it is booked: basalt-room/);
    await press(user, "radio", "No");
    await type(user, /^How many days ahead/, "many");
    await waitFor(() => expect(saved().at(-1)?.answers).toEqual({ outright: false, days: "many" }));
    const id = memory.desk.kept[0]?.id ?? "";
    navigation.go({ page: "requests", id, step: "check" });
    expect(await screen.findByText("How many days ahead at most? A whole number is needed.")).toBeTruthy();
    navigation.go({ page: "requests", id, step: "change" });
    await screen.findByRole("heading", { level: 1, name: /^Set how it is booked/ });
    expect((field(/^How many days ahead/) as HTMLInputElement).value).toBe("many");
    navigation.go({ page: "ask", unit: false, account: "a-outreach", kind: "renew" });
    await user.type(await screen.findByLabelText("Last day"), "some day");
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ kind: "renew", ends: "some day" }));
  });

  test("is kept by itself and found again; another can be begun", async () => {
    const user = await write("#/ask/ask-desk", "Ask the Service Desk");
    await type(user, "What is it about?", "A list");
    await waitFor(() => expect(memory.desk.kept.map(({ form }) => form.answers)).toEqual([{ subject: "A list" }]));
    navigation.go({ page: "home" });
    await screen.findByRole("heading", { name: "What do you need to know?" });
    navigation.go({ page: "ask", unit: false, account: null, kind: "ask-desk" });
    await screen.findByText(/^You go on with your draft of/);
    expect((field("What is it about?") as HTMLInputElement).value).toBe("A list");
    await user.click(screen.getByRole("button", { name: "Begin a new one" }));
    await waitFor(() => expect((field("What is it about?") as HTMLInputElement).value).toBe(""));
    expect(memory.desk.kept).toHaveLength(1);
  });

  test("goes on from its request, and from each line of the check page to its field", async () => {
    const user = await write("#/accounts/a-outreach/ask/hand-over", /^Hand it over/);
    await choose(user, "The new owner", "leonie", /Leonie Strake/);
    await onward(user);
    expect(aside()).toMatch(/You are not among those who have access: you can no longer open it\./);
    await user.click(screen.getByRole("link", { name: "Change the Owner" }));
    expect(address(navigation.route)).toMatch(/\/change\/owner$/);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Choose somebody else" })));
    expect(screen.getByText(leonie.name)).toBeTruthy();
    await user.keyboard("{Escape}");
    expect(address(navigation.route)).toMatch(/^#\/requests\/r-\d+$/);
  });

  test("what was sent is changed no more", async () => {
    const user = await write("#/accounts/a-enquiries/ask/close", /^Close it/);
    await onward(user);
    const [one] = memory.desk.kept;
    memory.desk.send(one?.id ?? "");
    navigation.go({ page: "requests", id: one?.id ?? "", step: "change" });
    expect(await screen.findByText("It is no longer a draft")).toBeTruthy();
  });

  test("what was put right and emptied again keeps the focus where one types, and the other errors stay told", async () => {
    const user = await write("#/ask/ask-desk", /^Ask the/);
    await press(user, "button", "Continue");
    const summary = await screen.findByRole("alert");
    expect(within(summary).getAllByRole("link")).toHaveLength(2);
    const subject = field(/What is it about/);
    subject.focus();
    await user.keyboard("a");
    await waitFor(() => expect(subject.getAttribute("aria-invalid")).toBeNull());
    expect(field(/What do you need/).getAttribute("aria-invalid"), "nobody has answered that").toBe("true");
    expect(within(screen.getByRole("alert")).getAllByRole("link")).toHaveLength(1);
    await user.keyboard("{Backspace}");
    await new Promise((later) => setTimeout(later, 50));
    expect(document.activeElement).toBe(subject);
    await user.keyboard("Who may own one?");
    expect((subject as HTMLInputElement).value).toBe("Who may own one?");
    await press(user, "button", "Continue");
    await waitFor(() => expect(document.activeElement?.textContent).toMatch(/There is 1 thing to put right/));
  });

  test("a plan that is refused says so, and the entries stay", async () => {
    const user = await write("#/ask/ask-desk", "Ask the Service Desk");
    await type(user, "What is it about?", "A list");
    memory.refuse("plan", { code: "store-trouble", message: "disk full", retryAfter: null, profile: null, said: null });
    await press(user, "button", "Continue");
    expect((await screen.findByRole("alert")).textContent).toContain("disk full");
    expect((field("What is it about?") as HTMLInputElement).value).toBe("A list");
  });
});

test("a check page whose plan comes to nothing names everything that is in the way", async () => {
  await write("#/ask/ask-desk", "Ask the Service Desk");
  const { blank } = await import("../../host/memory/wish");
  const id = memory.desk.saveDraft(blank("ask-desk", null));
  navigation.go({ page: "requests", id, step: "check" });
  expect(await screen.findByText("What is it about? An answer is needed.")).toBeTruthy();
  expect(screen.getByText("What do you need? An answer is needed.")).toBeTruthy();
});
