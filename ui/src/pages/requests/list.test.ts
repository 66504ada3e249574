import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import { host } from "../../host";
import { memory } from "../../host/memory";
import { people } from "../../host/memory/accounts";
import { blank } from "../../host/memory/wish";
import { asked, begin, open } from "../../test-screen";
import { expectAccessible } from "../../test-axe";
import { idOf } from "./test-requests";

beforeEach(begin);

describe("the list", () => {
  test("names each request, its account and its status", async () => {
    open("requests", "#/requests");
    const list = await screen.findByRole("list", { name: "Requests" });
    const row = await within(list).findByRole("link", { name: /Being applied/ });
    expect(row.textContent).toMatch(/Add Leonie Strake.*enquiries.*14:20.*Being applied, expected by 15:20/);
    expect(screen.getByRole("button", { name: /Open 9/, pressed: true })).toBeTruthy();
  });

  test("says so where it does not show them all", async () => {
    open("requests", "#/requests");
    const listed = vi.spyOn(host.requests, "list").mockImplementation(async (facet) => ({ ...memory.desk.list(facet), open: 1203 }));
    memory.tell("requests-changed", null);
    expect(await screen.findByText("The newest 9 of 1,203 are listed.")).toBeTruthy();
    listed.mockRestore();
    memory.tell("requests-changed", null);
    await waitFor(() => expect(screen.queryByText(/are listed\./)).toBeNull());
  });

  test("whoever comes to a request finds it in the list, in the part where it stands", async () => {
    const user = userEvent.setup();
    open("requests", "#/requests");
    await user.click(await screen.findByRole("button", { name: /Finished 3/ }));
    await screen.findByRole("link", { name: /Withdrawn/ });
    navigation.go({ page: "requests", id: idOf("being-applied"), step: null });
    expect(await screen.findByRole("button", { name: /^Open/, pressed: true })).toBeTruthy();
    expect((await screen.findByRole("link", { name: /Being applied/ })).getAttribute("aria-current")).toBeTruthy();
    // Somebody who looks elsewhere meanwhile is left there.
    await user.click(screen.getByRole("button", { name: /Finished 3/ }));
    await screen.findByRole("link", { name: /Withdrawn/ });
    memory.tell("requests-changed", null);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(screen.getByRole("button", { name: /Finished 3/, pressed: true })).toBeTruthy();
    navigation.go({ page: "requests", id: idOf("withdrawn"), step: null });
    await screen.findByText(/Nothing of it was carried out/);
    expect(screen.getByRole("button", { name: /Finished 3/, pressed: true })).toBeTruthy();
  });

  test("where nothing is kept, it is said of what is only here and of nothing else", async () => {
    const user = userEvent.setup();
    open("requests-keyless", "#/requests");
    await user.click(await screen.findByRole("link", { name: /Waiting for connection/ }));
    expect((await screen.findByText(/it is gone when this program closes/)).textContent).not.toMatch(/saved|kept on/i);
    await user.click(screen.getByRole("link", { name: /Being applied/ }));
    await screen.findByText("RQ-20440");
    expect(screen.queryByText(/it is gone when this program closes/)).toBeNull();
  });

  test("finished requests stand apart, and an empty part says what will be there", async () => {
    const user = userEvent.setup();
    open("requests", "#/requests");
    await user.click(await screen.findByRole("button", { name: /Finished 3/ }));
    expect(await screen.findByRole("link", { name: /Checked working/ })).toBeTruthy();
    expect(screen.queryByRole("link", { name: /Being applied/ })).toBeNull();
    begin();
    open("owner", "#/requests");
    expect(await screen.findByText("No open request")).toBeTruthy();
    expect(screen.getByText(/What you ask for is followed here/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: /To decide/ })).toBeNull();
  });

  test("what the last look at the desk met is said, with a sign-in where that is the remedy", async () => {
    const user = userEvent.setup();
    open("requests", "#/");
    memory.desk.problem = { code: "insufficient-scope", message: "", retryAfter: null, profile: null, said: null };
    navigation.go({ page: "requests", id: null, step: null });
    const note = (await screen.findByRole("heading", { name: "The Service Desk could not be asked" })).parentElement as HTMLElement;
    expect(note.textContent).toContain("Your sign-in does not cover this.");
    await expectAccessible();
    await user.click(within(note).getByRole("button", { name: "Sign in again" }));
    await waitFor(() => expect(asked("signIn")[0]).toMatchObject({ again: "i-maren", another: false }));
  });

  test("a request that tells of its own trouble tells of it alone", async () => {
    open("requests", "#/");
    const problem = { code: "later", message: "", retryAfter: null, profile: null, said: null } as const;
    memory.desk.problem = problem;
    const id = idOf("waiting-for-connection");
    memory.desk.find(id).problem = problem;
    navigation.go({ page: "requests", id, step: null });
    const told = await screen.findByRole("heading", { name: "The last try did not get through" });
    expect(told.parentElement?.textContent).toContain("It is busy or being looked after. It is tried again by itself.");
    await waitFor(() => expect(screen.queryByText("The Service Desk could not be asked")).toBeNull());
    navigation.go({ page: "requests", id: idOf("draft"), step: null });
    expect(await screen.findByText("The Service Desk could not be asked")).toBeTruthy();
  });

  test("off line that is said once, above", async () => {
    open("requests-offline", "#/");
    memory.desk.problem = { code: "no-answer", message: "", retryAfter: null, profile: null, said: null };
    navigation.go({ page: "requests", id: null, step: null });
    await screen.findByRole("link", { name: /Being applied/ });
    expect(screen.queryByText("The Service Desk could not be asked")).toBeNull();
  });

  test("the navigation counts reminders whose day has come too", async () => {
    open("owner", "#/");
    memory.desk.saveDraft({ ...blank("change-access", "a-enquiries"), changes: [{ to: people.leonie, rights: ["full-access"] }], begins: "2026-11-01" });
    memory.desk.saveDraft({ ...blank("change-access", "a-enquiries"), changes: [{ to: people.piet, rights: [] }], begins: "2027-11-01" });
    memory.tell("requests-changed", null);
    expect(await screen.findByRole("link", { name: /Requests.*1 needs you/ })).toBeTruthy();
  });

  test("the navigation counts what needs the reader, and Ctrl+3 leads there", async () => {
    const user = userEvent.setup();
    open("requests");
    const link = await screen.findByRole("link", { name: /Requests.*4 need you/ });
    expect(link.querySelector(".count")?.textContent).toContain("4");
    await user.keyboard("{Control>}3{/Control}");
    expect(address(navigation.route)).toBe("#/requests");
  });

  test("whoever comes by a link finds its line in view; whoever comes back, the list as it was left", async () => {
    open("requests", "#/");
    for (let n = 0; n < 40; n++) memory.desk.saveDraft({ ...blank("renew", "a-outreach"), ends: "2027-07-31" });
    const id = memory.desk.kept[0]?.id ?? "";
    navigation.go({ page: "requests", id, step: null });
    const list = await screen.findByRole("list", { name: "Requests" });
    const port = list.parentElement as HTMLElement;
    await waitFor(() => expect(port.scrollTop).toBeGreaterThan(0));
    await within(list).findByRole("link", { current: true });
    port.scrollTop = 0;
    await fireEvent.scroll(port);
    navigation.go({ page: "home" });
    await waitFor(() => expect(list.isConnected).toBe(false));
    navigation.go({ page: "requests", id, step: null });
    const back = (await screen.findByRole("list", { name: "Requests" })).parentElement as HTMLElement;
    await waitFor(() => expect(within(back).getAllByRole("link").length).toBeGreaterThan(3));
    expect(back.scrollTop).toBe(0);
  });

  test("one answer feeds all that shows what is under way", async () => {
    open("requests", "#/");
    await screen.findByRole("heading", { name: "Under way" });
    expect(asked("list")).toHaveLength(1);
  });

  test("arrow keys move, Enter opens, Escape comes back to the row", async () => {
    const user = userEvent.setup();
    open("requests", "#/requests");
    const list = await screen.findByRole("list", { name: "Requests" });
    (await within(list).findAllByRole("link"))[0]?.focus();
    await user.keyboard("{ArrowDown}");
    await waitFor(() => expect(document.activeElement?.textContent).toContain("Being applied"));
    const row = document.activeElement?.getAttribute("href");
    await user.click(document.activeElement as HTMLElement);
    expect(address(navigation.route)).toBe(row);
    await screen.findByRole("heading", { level: 2, name: "Add Leonie Strake" });
    await user.keyboard("{Escape}");
    await waitFor(() => expect(document.activeElement?.getAttribute("href")).toBe(row));
  });

  test("a refused list says so and tries again", async () => {
    const user = userEvent.setup();
    open("requests");
    memory.refuse("list", { code: "store-trouble", message: "disk I/O error", retryAfter: null, profile: null, said: null });
    navigation.go({ page: "requests", id: null, step: null });
    const alert = await screen.findByRole("alert");
    memory.relent("list");
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("link", { name: /Being applied/ })).toBeTruthy();
  });

  test("a request that is gone says so", async () => {
    open("requests", "#/requests/gone");
    expect((await screen.findByRole("alert")).textContent).toContain("This request is not here");
  });
});
