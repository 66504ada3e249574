import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import type { RequestKind } from "../../host/bindings/RequestKind";
import type { RequestStatus } from "../../host/bindings/RequestStatus";
import { memory } from "../../host/memory";
import { asked, begin, open } from "../../test-screen";
import { expectAccessible } from "../../test-axe";
import { followOne } from "./test-requests";

beforeEach(begin);

describe("requests of every kind", () => {
  const kindOf = (kind: RequestKind) => memory.desk.kept.find((one) => one.form.kind === kind)?.id ?? "";
  const followKind = (kind: RequestKind) => followOne("requests-of-all-kinds", () => kindOf(kind));

  test("the list goes by the institution's names", async () => {
    open("requests-of-all-kinds", "#/requests");
    const list = await screen.findByRole("list", { name: "Requests" });
    await within(list).findByRole("link", { name: /New secondary account/ });
    const rows = within(list).getAllByRole("link").map((link) => [...(link.querySelector(".line")?.children ?? [])].map(({ textContent }) => textContent).join(" "));
    expect(rows.slice(0, 5)).toEqual([
      "New secondary account eart-trips 14:32", "Remove the password outreach 14:20", "Hand it over: Oona Garrick enquiries 14:12", "Change how it shows and where its mail goes enquiries 14:02",
      "Set how it is booked basalt-room 13:52",
    ]);
    expect(screen.getByRole("button", { name: /Finished 1/ }), "the desk's word is all that comes of a question").toBeTruthy();
  });

  test("a question goes by its subject, in the list and on its page", async () => {
    const { detail } = await followKind("ask-desk");
    expect(within(detail).getByRole("heading", { name: "A list" })).toBeTruthy();
    expect(within(detail).getByText("Ask the Service Desk")).toBeTruthy();
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: /Finished/ }));
    expect(await screen.findByRole("link", { name: /^A list Ask the Service Desk/ })).toBeTruthy();
  });

  test("a question without a subject goes by the form's name", async () => {
    open("requests-of-all-kinds", "#/");
    const one = memory.desk.find(kindOf("ask-desk"));
    one.form.answers = { subject: "  ", details: "All of them." };
    navigation.go({ page: "requests", id: one.id, step: null });
    expect(await screen.findByRole("heading", { name: "Ask the Service Desk" })).toBeTruthy();
  });

  test("what can only be tried ends when whoever asked has tried it", async () => {
    const { user, id, detail } = await followKind("set-booking");
    expect(within(detail).getByText(/The record does not show this: try it, and say here when it works\./)).toBeTruthy();
    expect(within(detail).getByText("Try whether it works")).toBeTruthy();
    expect(within(detail).queryByRole("button", { name: "Check now" }), "there is nothing to look at").toBeNull();
    await user.click(within(detail).getByRole("button", { name: "It works" }));
    await waitFor(() => expect(asked("tried")).toEqual([id]));
    expect(await within(detail).findByText(/^You tried it at 14:42, and it works\.$/)).toBeTruthy();
    expect(within(detail).getByText("You tried it, and it works")).toBeTruthy();
    expect(within(detail).getByText("Checked working")).toBeTruthy();
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Set how it is booked"));
    await expectAccessible();
  });

  test("what does not work is written to the desk with the reference", async () => {
    const { user, detail } = await followKind("set-booking");
    const fails = within(detail).getByRole("button", { name: "It does not work" });
    expect(within(detail).queryByRole("textbox"), "nothing of it stands there before").toBeNull();
    await user.click(fails);
    expect(fails.getAttribute("aria-pressed")).toBe("true");
    const said = await within(detail).findByRole("textbox", { name: "What to write to the Service Desk" });
    expect((said as HTMLInputElement).value).toMatch(/^Request RQ-30005: set how it is booked, basalt-room.*You say it is done, since .*13:52\. I tried it, and it does not work: $/);
    await expectAccessible();
    expect(asked("tried")).toEqual([]);
  });

  test("of a question nothing is said to be decided or to take effect", async () => {
    open("requests-of-all-kinds", "#/");
    const one = memory.desk.find(kindOf("ask-desk"));
    const steps: [RequestStatus, RegExp][] = [
      [{ status: "with-desk", reference: "RQ-1" }, /arrived as RQ-1\. Somebody at the Service Desk has to read it/],
      [{ status: "needs-answer", reference: "RQ-1", question: "Which?" }, /has a question before it goes on/],
      [{ status: "being-applied", reference: "RQ-1", since: "2026-11-19T14:20:00Z", by: "2026-11-19T15:20:00Z" }, /took it up at 14:20/],
    ];
    navigation.go({ page: "requests", id: one.id, step: null });
    for (const [status, sentence] of steps) {
      one.status = status;
      memory.tell("requests-changed", null);
      const detail = await screen.findByRole("region", { name: "Request" });
      expect(await within(detail).findByText(sentence)).toBeTruthy();
      expect(detail.textContent).not.toMatch(/decide|takes? effect|agreed|record/i);
    }
  });

  test("what only the desk can say ends with its word, and says so", async () => {
    const { detail } = await followKind("ask-desk");
    expect(within(detail).getByText("They say it is done")).toBeTruthy();
    expect(within(detail).getByText(/says it is done \(told at 13:22\)\.$/)).toBeTruthy();
    expect(within(detail).queryByText(/seen in the record/i)).toBeNull();
    expect(within(detail).queryByRole("button")).toBeNull();
    expect(within(detail).getByText("All of them.")).toBeTruthy();
    expect(within(detail).queryByText("About")).toBeNull();
    await expectAccessible();
  });

  test("a conflict of a fact: when it was written, now, and what was wanted", async () => {
    const { detail } = await followKind("hand-over");
    const conflict = within(detail).getByRole("heading", { name: "What changed since you wrote it" }).parentElement as HTMLElement;
    expect(within(conflict).getByRole("heading", { name: "Owner" })).toBeTruthy();
    expect([...conflict.querySelectorAll("dd")].map(({ textContent }) => textContent?.trim())).toEqual(["Idris Penhallow", "Maren Tolliver", "Oona Garrick"]);
    await expectAccessible();
  });

  test("what was not taken is named, facts and answers alike", async () => {
    const { detail } = await followKind("set-details");
    expect(within(detail).getByText("Not taken as sent: Shown name and “Where does its mail go?”.")).toBeTruthy();
  });

  test("an account that is not there yet is no link; what is asked is shown as facts", async () => {
    const { detail } = await followKind("new-account");
    expect(within(detail).queryByRole("link", { name: /eart-trips/ })).toBeNull();
    const table = within(detail).getByRole("table", { name: "What differs" });
    expect(within(table).getByRole("row", { name: /^Username/ }).textContent).toMatch(/Becomes:\s*eart-trips/);
    expect(within(table).getByRole("row", { name: /^Owner/ }).textContent).toContain("Maren Tolliver");
  });

  test("a draft goes on from here", async () => {
    const { user, id } = await followKind("renew");
    await user.click(screen.getByRole("link", { name: "Change it" }));
    expect(address(navigation.route)).toBe(`#/requests/${id}/change`);
    expect(((await screen.findByLabelText("Last day")) as HTMLInputElement).value).toBe("31 July 2027");
  });
});
