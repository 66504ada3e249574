import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { tell } from "../../frame/notices";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import type { RequestForm } from "../../host/bindings/RequestForm";
import type { RequestStatus } from "../../host/bindings/RequestStatus";
import { host } from "../../host";
import { memory } from "../../host/memory";
import { NOW, people } from "../../host/memory/accounts";
import { blank } from "../../host/memory/wish";
import { asked, begin, open, saved } from "../../test-screen";
import { expectAccessible } from "../../test-axe";
import { dayOf } from "../../words/days";
import { add, write } from "./test-form";

beforeEach(begin);

const { leonie, jo } = people;
const TODAY = dayOf(NOW, { timeZone: "Europe/London" });
const gives = { to: leonie, rights: ["full-access"] };
const field = (name: string) => screen.getByLabelText<HTMLInputElement>(new RegExp(`^${name}`));

/** A request with these days, kept before; `seen`: it was carried out and seen. */
function kept(days: Partial<RequestForm>, seen = false): string {
  const id = memory.desk.saveDraft({ ...blank("change-access", "a-enquiries"), changes: [gives], ...days });
  if (seen) {
    memory.desk.apply(id);
    memory.desk.find(id).status = { status: "checked-working", reference: "RQ-7", seenAt: new Date(NOW).toISOString(), tried: false };
  }
  return id;
}

describe("the days of access", () => {
  test("are said to stay here before they are typed, kept with the draft, and offered for the line that travels", async () => {
    const user = await write();
    const dates = screen.getByRole("region", { name: /^Dates/ });
    expect(dates.textContent).toMatch(/Nobody begins or ends access on a day by itself.*do not go with the request.*this program reminds you while it is open with this sign-in, and nowhere else/);
    await add(user, "leonie", "Leonie Strake");
    await user.type(field("Begins on"), "1 March 2027");
    await user.type(field("Ends on"), "30/6/2027");
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ begins: "2027-03-01", ends: "2027-06-30" }));
    await user.click(within(dates).getByRole("button", { name: "Write the days into the line below" }));
    expect(field("Line for whoever decides").value).toBe("Wanted from 1 March 2027 until 30 June 2027.");
    expect(within(dates).queryByRole("button"), "once").toBeNull();
    await waitFor(() => expect(document.activeElement, "the button is gone").toBe(field("Line for whoever decides")));
    expect(within(dates).getByText("The line below says the days.").getAttribute("role")).toBe("status");
    await expectAccessible();
  });

  test("a sentence that was written is replaced when the days change, and taken out with them", async () => {
    const user = await write();
    const dates = screen.getByRole("region", { name: /^Dates/ });
    const note = field("Line for whoever decides");
    const retype = async (name: string, day: string) => {
      await user.clear(field(name));
      if (day) await user.type(field(name), day);
    };
    await user.type(note, "For the admissions round.");
    await user.type(field("Ends on"), "30 June 2027");
    await user.click(within(dates).getByRole("button", { name: "Write the days into the line below" }));
    await user.type(note, "{Enter}Thank you.");
    await retype("Ends on", "31 July 2027");
    expect(within(dates).getByText("The line still says: “Wanted until 30 June 2027.”")).toBeTruthy();
    await user.click(within(dates).getByRole("button", { name: "Correct the days in the line below" }));
    expect(note.value).toBe("For the admissions round.\nWanted until 31 July 2027.\nThank you.");
    await retype("Ends on", "");
    await user.click(within(dates).getByRole("button", { name: "Take the days out of the line below" }));
    expect(note.value).toBe("For the admissions round.\nThank you.");
    expect(within(dates).getByText("The line below no longer says the days.")).toBeTruthy();
    await user.type(field("Begins on"), "soon");
    expect(within(dates).queryByRole("button"), "no day, no sentence").toBeNull();
  });

  test("what somebody took out of the line, or wrote in their own words, is left alone", async () => {
    const user = await write();
    const note = field("Line for whoever decides");
    await user.type(field("Ends on"), "30 June 2027");
    await user.click(screen.getByRole("button", { name: "Write the days into the line below" }));
    await user.clear(note);
    await user.type(note, "Until the summer.");
    await user.clear(field("Ends on"));
    await user.type(field("Ends on"), "31 July 2027");
    await user.click(screen.getByRole("button", { name: "Write the days into the line below" }));
    expect(note.value).toBe("Until the summer.\nWanted until 31 July 2027.");
  });

  test("in a draft that one goes on with, its sentence is known again", async () => {
    const user = userEvent.setup();
    open("owner", "#/");
    const id = kept({ ends: "2027-06-30", note: "Wanted until 30 June 2027." });
    navigation.go({ page: "requests", id, step: "change" });
    await user.clear(await screen.findByLabelText(/^Ends on/));
    await user.type(field("Ends on"), "31 July 2027");
    await user.click(await screen.findByRole("button", { name: "Correct the days in the line below" }));
    expect(field("Line for whoever decides").value).toBe("Wanted until 31 July 2027.");
  });

  test("where nothing is kept no reminder is promised beyond this window", async () => {
    await write("keyless");
    const dates = screen.getByRole("region", { name: /^Dates/ });
    expect(dates.textContent).toMatch(/reminds you only until it closes/);
    expect(dates.textContent).not.toMatch(/on this computer|you are reminded/);
  });

  test.each([
    ["yesterday", "", { begins: "1 March 2020" }, "The day on which it begins lies before today"],
    ["an end in the past", "", { ends: "1 March 2020" }, "The day on which it ends lies before today"],
    ["an end before the beginning", "", { begins: "1 March 2027", ends: "28 February 2027" }, "It cannot end before it begins"],
    ["no day", "", { begins: "soon" }, "Begins on: write a day, such as 31 January 2028"],
    ["no day for its end", "", { ends: "soon" }, "Ends on: write a day, such as 31 January 2028"],
  ])("%s is told at its field and on top", async (_, __, days: { begins?: string; ends?: string }, text) => {
    const user = await write();
    await add(user, "leonie", "Leonie Strake");
    await user.click(screen.getByRole("radio", { name: /^Read only/ }));
    if (days.begins) await user.type(field("Begins on"), days.begins);
    if (days.ends) await user.type(field("Ends on"), days.ends);
    await user.click(screen.getByRole("button", { name: "Continue" }));
    const link = within(await screen.findByRole("alert")).getByRole("link", { name: text });
    await user.click(link);
    expect(document.activeElement?.getAttribute("aria-invalid")).toBe("true");
    await user.clear(document.activeElement as HTMLInputElement);
    await waitFor(() => expect(screen.queryByRole("alert"), "put right, it is no error any more").toBeNull());
  });

  test("where nobody is given anything there is nothing that could end", async () => {
    const user = await write();
    await user.click(screen.getByRole("button", { name: `Remove ${jo.name}` }));
    await user.type(field("Ends on"), "30 June 2027");
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect((await screen.findByRole("alert")).textContent).toContain("Nobody is given access in this request yet: choose what they may do");
  });

  test("a day that has come since it was chosen is no mistake", async () => {
    open("owner", "#/");
    const id = kept({ begins: "2026-11-01" });
    navigation.go({ page: "requests", id, step: "change" });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Continue" }));
    await screen.findByRole("heading", { level: 1, name: "Check before you send" });
    expect(await screen.findByRole("button", { name: "Send request: add 1" })).toBeTruthy();
  });

  test.each<RequestStatus>([{ status: "waiting-for-connection" }, { status: "not-taken", reason: "" }, { status: "not-allowed", why: "not-yours" }])("nor is it where the request is $status, and typed again it is the same day", async (status) => {
    open("owner", "#/");
    const id = kept({ begins: "2026-11-01" });
    memory.desk.find(id).status = status;
    navigation.go({ page: "requests", id, step: "change" });
    const user = userEvent.setup();
    await user.clear(await screen.findByLabelText(/^Begins on/));
    await user.type(field("Begins on"), "2 November 2026");
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect((await screen.findByRole("alert")).textContent, "another day in the past").toContain("lies before today");
    await user.clear(field("Begins on"));
    await user.type(field("Begins on"), "1/11/2026");
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Check before you send" })).toBeTruthy();
  });

  test("what was typed and is no day is kept with the draft, and is there again", async () => {
    const user = await write();
    await add(user, "leonie", "Leonie Strake");
    await user.type(field("Begins on"), "after Easter");
    await user.type(field("Ends on"), "30 June 2027");
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ begins: "after Easter", ends: "2027-06-30" }));
    const id = memory.desk.kept[0]?.id ?? "";
    navigation.go({ page: "requests", id, step: "check" });
    expect(await screen.findByText("Begins on: write a day, such as 31 January 2028.")).toBeTruthy();
    navigation.go({ page: "requests", id, step: "change" });
    await waitFor(() => expect(field("Begins on").value).toBe("after Easter"));
    expect(field("Ends on").value).toBe("30 June 2027");
  });
});

describe("until the day", () => {
  test("the first act is to keep it, and it can be sent at once", async () => {
    const user = userEvent.setup();
    open("owner", "#/");
    const id = kept({ begins: "2027-03-01", ends: "2027-06-30" });
    navigation.go({ page: "requests", id, step: "check" });
    const keep = await screen.findByRole("link", { name: "Keep, and remind me on 1 March 2027" });
    expect(keep.getAttribute("aria-describedby")).toBe("ck-begins");
    expect(screen.getByRole("button", { name: "Send request: add 1" })).toBeTruthy();
    await expectAccessible();
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(address(navigation.route)).toBe(`#/requests/${id}`);
    expect(asked("send")).toEqual([]);
    expect(await screen.findByText(/Reminder on this computer: send it on 1 March 2027\.$/)).toBeTruthy();
    expect(screen.getByText(/Reminder on this computer: ask for its end on 30 June 2027\. Nobody begins or ends it by itself\.$/)).toBeTruthy();
    expect(screen.getAllByText("Draft on this computer").length).toBeGreaterThan(0);
    navigation.go({ page: "requests", id, step: "check" });
    await user.click(await screen.findByRole("button", { name: "Send request: add 1" }));
    await waitFor(() => expect(asked("send")).toEqual([id]));
  });

  test("where nothing is kept it is offered to be sent, and no reminder is", async () => {
    const user = userEvent.setup();
    open("keyless", "#/");
    const id = kept({ begins: "2027-03-01" });
    navigation.go({ page: "requests", id, step: "check" });
    expect(await screen.findByText(/^You wanted it to begin on 1 March 2027\. Nothing is kept here without a keychain: .*nobody would remind you\./)).toBeTruthy();
    expect(screen.queryByText(/Keep, and remind me/)).toBeNull();
    expect(screen.getByText(/^Reminder until this program closes: send it on 1 March 2027\./)).toBeTruthy();
    expect(document.body.textContent).not.toContain("Reminder on this computer");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(asked("send")).toEqual([id]));
  });

  test("Home says nothing of it", async () => {
    open("owner", "#/");
    kept({ begins: "2027-03-01" });
    memory.tell("requests-changed", null);
    await screen.findByRole("heading", { name: "Needs you" });
    expect(screen.queryByRole("heading", { name: /^Send:/ })).toBeNull();
  });
});

describe("from the day on", () => {
  test("Home asks for it to be sent", async () => {
    const user = userEvent.setup();
    open("owner", "#/");
    const id = kept({ begins: TODAY });
    memory.tell("requests-changed", null);
    expect(await screen.findByRole("heading", { level: 3, name: "Send: add Leonie Strake" })).toBeTruthy();
    await expectAccessible();
    await user.click(screen.getByRole("link", { name: /^Check and send/ }));
    expect(address(navigation.route)).toBe(`#/requests/${id}/check`);
    expect(await screen.findByRole("button", { name: "Send request: add 1" })).toBeTruthy();
    expect(screen.queryByText(/Keep, and remind me/)).toBeNull();
  });

  test("Home says that access was to end, and leads to asking for that", async () => {
    const user = userEvent.setup();
    open("owner", "#/");
    const id = kept({ ends: TODAY }, true);
    memory.tell("requests-changed", null);
    await screen.findByRole("heading", { level: 3, name: "Access was to end" });
    await user.click(screen.getByRole("button", { name: /^Ask for its end/ }));
    await screen.findByRole("heading", { level: 1, name: "Check before you send" });
    expect(asked("undo")).toEqual([id]);
    expect((await screen.findByRole("row", { name: /Remove\s*Leonie Strake/ })).textContent).toMatch(/No longer reads/);
  });

  test("only the reminder that acts is busy, and the others act meanwhile", async () => {
    const user = userEvent.setup();
    open("owner", "#/");
    const [one, other] = [kept({ ends: TODAY }, true), kept({ ends: TODAY, changes: [{ to: people.oona, rights: ["full-access"] }] }, true)];
    memory.tell("requests-changed", null);
    const waiting: (() => void)[] = [];
    vi.spyOn(host.requests, "letBe").mockImplementation((id) => new Promise((resolve) => waiting.push(() => resolve(memory.desk.letBe(id)))));
    const buttons = await screen.findAllByRole("button", { name: /^Do not remind me again/ });
    expect(buttons).toHaveLength(2);
    const busy = () => buttons.map((button) => button.getAttribute("aria-busy"));
    await user.click(buttons[0] as HTMLElement);
    expect(busy()).toEqual(["true", "false"]);
    await user.click(buttons[0] as HTMLElement);
    await user.click(buttons[1] as HTMLElement);
    expect(vi.mocked(host.requests.letBe).mock.calls.map(([id]) => id), "each once").toEqual([one, other]);
    expect(busy()).toEqual(["true", "true"]);
    waiting.forEach((answer) => answer());
    await waitFor(() => expect(screen.queryByRole("heading", { name: "Access was to end" })).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Needs you" })));
  });

  test("whoever wants no reminder is told no more", async () => {
    const user = userEvent.setup();
    open("owner", "#/");
    const id = kept({ ends: TODAY }, true);
    memory.tell("requests-changed", null);
    await user.click(await screen.findByRole("button", { name: /^Do not remind me again/ }));
    await waitFor(() => expect(screen.queryByRole("heading", { name: "Access was to end" })).toBeNull());
    expect(asked("letBe")).toEqual([id]);
  });

  test("the request itself says so and offers the same", async () => {
    const user = userEvent.setup();
    open("owner", "#/");
    const id = kept({ ends: TODAY }, true);
    navigation.go({ page: "requests", id, step: null });
    await screen.findByText(/Reminder on this computer: access was to end on/);
    expect(screen.queryByRole("button", { name: "Undo this" }), "the same once").toBeNull();
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Do not remind me again" }));
    await waitFor(() => expect(screen.queryByText(/Reminder on this computer/)).toBeNull());
    expect(screen.getByRole("button", { name: "Undo this" })).toBeTruthy();
  });

  test("the desktop is told of both", async () => {
    open("owner", "#/");
    kept({ begins: TODAY });
    kept({ ends: TODAY }, true);
    await screen.findByRole("heading", { name: "What do you need to know?" });
    for (const due of memory.desk.due()) tell(due);
    expect(asked("notify")).toEqual([
      { title: "Send: add Leonie Strake", body: "enquiries@earth.example.edu" },
      { title: "Access was to end", body: "enquiries@earth.example.edu: Add Leonie Strake" },
    ]);
  });
});
