import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import type { RefusedField } from "../../host/bindings/RefusedField";
import type { RequestForm } from "../../host/bindings/RequestForm";
import { memory } from "../../host/memory";
import { people } from "../../host/memory/accounts";
import { blank } from "../../host/memory/wish";
import { expectAccessible } from "../../test-axe";
import { begin, open } from "../../test-screen";

beforeEach(begin);

/** A request that the desk refused, opened to be put right. */
async function putRight(scenario: string, form: RequestForm, refused: RefusedField[]) {
  const user = userEvent.setup();
  open(scenario, "#/");
  const id = memory.desk.saveDraft(form);
  Object.assign(memory.desk.find(id), { status: { status: "not-taken", reason: refused.map(({ text }) => text).join("\n") }, refused });
  navigation.go({ page: "requests", id, step: "change" });
  const summary = await screen.findByRole("alert");
  await waitFor(() => expect(document.activeElement, "the summary is read out first").toBe(summary));
  return { user, summary };
}

const described = (field: Element) =>
  (field.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ");

describe("what the desk refused is told at its field, until it is altered", () => {
  test("of somebody who has access, of somebody new, and of the line for whoever decides", async () => {
    const changes = [
      { to: people.jo, rights: ["full-access", "automap"] },
      { to: people.leonie, rights: ["full-access"] },
    ];
    const { user, summary } = await putRight("owner", { ...blank("change-access", "a-enquiries"), changes, note: "Soon." }, [
      { at: { place: "person", id: people.jo.id }, text: "Jo Ferrand: This cannot be taken away." },
      { at: { place: "person", id: people.leonie.id }, text: "Leonie Strake: Not for visitors." },
      { at: { place: "note" }, text: "Say more." },
    ]);
    expect(within(summary).getAllByRole("link").map(({ textContent }) => textContent)).toEqual([
      "The Service Desk said: “Jo Ferrand: This cannot be taken away.”", "The Service Desk said: “Leonie Strake: Not for visitors.”", "The Service Desk said: “Say more.”",
    ]);
    await expectAccessible();
    await user.click(within(summary).getByRole("link", { name: /Jo Ferrand/ }));
    const first = document.activeElement;
    expect(described(first as Element)).toContain("This cannot be taken away.");
    await user.click(screen.getByRole("checkbox", { name: "Jo Ferrand: Send as it" }));
    await waitFor(() => expect(screen.queryByText(/This cannot be taken away/), "it is not what was refused").toBeNull());
    await user.click(screen.getByRole("button", { name: "Do not add Leonie Strake" }));
    await waitFor(() => expect(screen.queryByText(/Not for visitors/)).toBeNull());
    expect(screen.getAllByText(/Say more\./).length, "in the summary and at the field").toBe(2);
    await user.type(screen.getByLabelText(/^Line for whoever decides/), " From Monday.");
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  test("what is tried again as it was is not held up by what was said before", async () => {
    const changes = [{ to: people.leonie, rights: ["full-access"] }];
    const { user } = await putRight("owner", { ...blank("change-access", "a-enquiries"), changes }, [{ at: { place: "person", id: people.leonie.id }, text: "Not today." }]);
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect(await screen.findByRole("button", { name: "Send request: add 1" })).toBeTruthy();
  });

  test("of a new account: its name, its owner, and what is asked", async () => {
    const form = { ...blank("new-account", null), accountKind: "mailbox-only", username: "eart-trips", displayName: "Field trips", owner: people.idris };
    const { user, summary } = await putRight("officer", form, [
      { at: { place: "username" }, text: "eart-trips: This username is kept for something else." },
      { at: { place: "owner" }, text: "Idris Penhallow: Leaves too soon." },
    ]);
    expect(within(summary).getAllByRole("link")).toHaveLength(2);
    const username = screen.getByLabelText("Username", { selector: "input" });
    expect(username.getAttribute("aria-invalid")).toBe("true");
    expect(described(username)).toContain("kept for something else");
    await expectAccessible();
    await user.type(username, "2");
    await waitFor(() => expect(username.getAttribute("aria-invalid")).toBeNull());
    expect(screen.getAllByText(/Leaves too soon/).length).toBeGreaterThan(0);
  });
});
