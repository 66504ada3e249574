import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import { tell } from "../../frame/notices";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import type { RequestForm } from "../../host/bindings/RequestForm";
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
    expect(field("A line for whoever decides").value).toBe("Wanted from 1 March 2027 until 30 June 2027.");
    expect(within(dates).queryByRole("button"), "once").toBeNull();
    await expectAccessible();
  });

  test.each([
    ["yesterday", "", { begins: "1 March 2020" }, "The day on which it begins lies before today"],
    ["an end in the past", "", { ends: "1 March 2020" }, "The day on which it ends lies before today"],
    ["an end before the beginning", "", { begins: "1 March 2027", ends: "28 February 2027" }, "It cannot end before it begins"],
    ["no day", "", { begins: "soon" }, "Write a day, such as 31 January 2028"],
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
    expect((await screen.findByRole("alert")).textContent).toContain("Nobody is given anything in it that could end");
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
