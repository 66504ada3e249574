import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import type { RequestKind } from "../../host/bindings/RequestKind";
import type { RequestStatus } from "../../host/bindings/RequestStatus";
import { memory } from "../../host/memory";
import { NOW, people } from "../../host/memory/accounts";
import { oxford } from "../../host/memory/profiles";
import { blank } from "../../host/memory/wish";
import { asked, begin, open } from "../../test-screen";
import { expectAccessible } from "../../test-axe";
import { statusSentence, statusWords } from "../../words/requests";

beforeEach(begin);

const place = { locale: "en-GB", timeZone: "Europe/London" } as const;
const idOf = (status: RequestStatus["status"]) => memory.desk.kept.find((one) => one.status.status === status)?.id ?? "";

/** The request of that status, opened. */
async function follow(status: RequestStatus["status"], scenario = "requests") {
  const user = userEvent.setup();
  open(scenario, "#/");
  const id = idOf(status);
  navigation.go({ page: "requests", id, step: null });
  await screen.findByRole("heading", { name: "What it asks for" });
  return { user, id, detail: screen.getByRole("region", { name: "Request" }) };
}

describe("every status has one meaning", () => {
  const reference = "RQ-1";
  const all: [RequestStatus, string, RegExp][] = [
    [{ status: "draft" }, "Draft on this computer", /on this computer only\. Nothing was sent/],
    [{ status: "waiting-for-connection" }, "Waiting for connection", /^Saved on this computer, not sent\. Goes when this program is open and connected\.$/],
    [{ status: "not-known" }, "Not known whether it arrived", /no answer says whether it arrived/],
    [{ status: "conflict" }, "Not sent: changed meanwhile", /Nothing was sent\. The account changed after you wrote it/],
    [{ status: "not-taken", reason: "Closed." }, "Not taken by the Service Desk", /took nothing of it and said: “Closed\.”/],
    [{ status: "taken-in-part", reference }, "Taken in part, RQ-1", /took less than was sent/],
    [{ status: "with-desk", reference }, "Sent, RQ-1: with the Service Desk", /arrived as RQ-1\. Somebody at the Service Desk has to decide/],
    [{ status: "being-applied", reference, since: "2026-11-19T14:20:00Z", by: "2026-11-19T15:20:00Z" }, "Being applied, expected by 15:20", /agreed at 14:20.*usually by 15:20\. It is 14:42\./],
    [{ status: "said-done", reference, at: "2026-11-19T14:20:00Z" }, "They say it is done", /says it is done \(told at 14:20\)\. It has not been seen in the record yet/],
    [{ status: "checked-working", reference, seenAt: "2026-11-18T14:20:00Z", tried: false }, "Checked working", /Seen in the record on 18 November, 14:20, as it was asked for/],
    [{ status: "refused", reference, reason: "" }, "Refused", /refused it and gave no reason/],
    [{ status: "withdrawn", reference }, "Withdrawn", /Nothing of it was carried out/],
    [{ status: "no-longer-known", reference, since: "2026-11-18T14:20:00Z", lookedAt: "2026-11-19T14:20:00Z" }, "No longer known to the Service Desk", /gave it the reference RQ-1, and has said since 18 November, 14:20 that it has no such request\. It was asked last at 14:20\. What became of it is not known/],
  ];

  test.each(all)("$status", (status, words, sentence) => {
    expect(statusWords(status, oxford, NOW, place)).toBe(words);
    expect(statusSentence(status, oxford, NOW, place)).toMatch(sentence);
  });

  test("once its usual time has come it is not said to be ahead", () => {
    const status: RequestStatus = { status: "being-applied", reference, since: "2026-11-19T14:20:00Z", by: "2026-11-19T14:42:00Z" };
    expect(statusSentence(status, oxford, NOW, place)).toMatch(/usually takes effect by 14:42\. It is 14:42, and nothing shows it yet/);
  });

  test("nothing that exists only on this computer is called sent", () => {
    for (const [status] of all.slice(0, 2)) {
      const said = `${statusWords(status, oxford, NOW, place)} ${statusSentence(status, oxford, NOW, place)}`;
      expect(said.replace(/not sent|nothing was sent/gi, "")).not.toMatch(/\b(sent|arrived)\b/i);
    }
  });
});

describe("the list", () => {
  test("names each request, its account and its status", async () => {
    open("requests", "#/requests");
    const list = await screen.findByRole("list", { name: "Requests" });
    const row = await within(list).findByRole("link", { name: /Being applied/ });
    expect(row.textContent).toMatch(/Add Leonie Strake.*enquiries.*14:20.*Being applied, expected by 15:20/);
    expect(screen.getByRole("button", { name: /Open 9/, pressed: true })).toBeTruthy();
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
    memory.desk.problem = { code: "insufficient-scope", message: "", retryAfter: null, profile: null };
    navigation.go({ page: "requests", id: null, step: null });
    const note = (await screen.findByRole("heading", { name: "The Service Desk could not be asked" })).parentElement as HTMLElement;
    expect(note.textContent).toContain("Your sign-in does not cover this.");
    await expectAccessible();
    await user.click(within(note).getByRole("button", { name: "Sign in again" }));
    await waitFor(() => expect(asked("signIn")[0]).toMatchObject({ again: "i-maren", another: false }));
  });

  test("a request that tells of its own trouble tells of it alone", async () => {
    open("requests", "#/");
    const problem = { code: "later", message: "", retryAfter: null, profile: null } as const;
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
    memory.desk.problem = { code: "no-answer", message: "", retryAfter: null, profile: null };
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
    memory.refuse("list", { code: "store-trouble", message: "disk I/O error", retryAfter: null, profile: null });
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

describe("following one", () => {
  test("the clock is told in words, and what has happened in order", async () => {
    const { detail } = await follow("being-applied");
    expect(within(detail).getByRole("img", { name: "Agreed 14:20, now 14:42, expected by 15:20" })).toBeTruthy();
    const steps = within(within(detail).getByRole("list", { name: "What has happened" })).getAllByRole("listitem");
    expect(steps.map((step) => step.querySelector("b")?.textContent)).toEqual([
      "You wrote it", "You sent it", "The Service Desk gave it a reference", "Ines Calloway agreed", "Not yet seen in the record", "Then it is seen in the record",
    ]);
    expect(steps[2]?.textContent).toContain("Reference RQ-20440");
    expect(steps[3]?.textContent).toContain("“As the owner asks.”");
    expect(within(detail).getByText("Leonie takes over the answers from December.")).toBeTruthy();
  });

  test("what the desk did not take is named", async () => {
    const { detail } = await follow("taken-in-part");
    expect(within(detail).getByText("Not taken: Leonie Strake.")).toBeTruthy();
  });

  test("late, there is a text for the desk to copy", async () => {
    const { user, detail } = await follow("said-done");
    const text = within(detail).getByRole("textbox", { name: "What to write to the Service Desk" }) as HTMLInputElement;
    expect(text.value).toMatch(/^Request RQ-20398: access to outreach@earth\.example\.edu\. It should have taken effect by 17 November, 14:42/);
    await user.click(within(detail).getByRole("button", { name: "Copy" }));
    expect(await navigator.clipboard.readText()).toBe(text.value);
  });

  test("one that the desk does not know any more is neither refused nor carried out, and can be looked at again", async () => {
    const { user, id, detail } = await follow("with-desk");
    const one = memory.desk.find(id);
    one.support = { reference: "RQ-20442", label: "enquiries@earth.example.edu", since: "2026-11-18T14:20:00Z" };
    memory.desk.move(one, { status: "no-longer-known", reference: "RQ-20442", since: "2026-11-18T14:20:00Z", lookedAt: new Date(NOW).toISOString() }, { what: "no-longer-known" });
    memory.tell("requests-changed", null);
    expect(await within(detail).findByText("No longer known to the Service Desk")).toBeTruthy();
    expect(within(detail).getByText("The Service Desk says that it has no such request")).toBeTruthy();
    expect(within(detail).getByRole("heading", { name: "Ask what became of it" })).toBeTruthy();
    expect((within(detail).getByRole("textbox") as HTMLInputElement).value).toMatch(/^Request RQ-20442: access to enquiries.*since 18 November, 14:20 the answer is that there is no such request\. What became of it\?$/);
    await user.click(within(detail).getByRole("button", { name: "Check now" }));
    await waitFor(() => expect(asked("check")).toEqual([id]));
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: /Finished 4/ }));
    expect(await screen.findByRole("link", { name: /No longer known/ })).toBeTruthy();
  });

  test("news moves it on while it is looked at", async () => {
    const { id } = await follow("with-desk");
    const one = memory.desk.find(id);
    memory.desk.move(one, { status: "checked-working", reference: "RQ-20442", seenAt: new Date(NOW).toISOString(), tried: false }, { what: "seen" });
    memory.tell("requests-changed", null);
    expect(await screen.findByText("Seen in the record at 14:42, as it was asked for.")).toBeTruthy();
  });
});

describe("what one can do", () => {
  const acts: [RequestStatus["status"], string[]][] = [
    ["draft", ["Check and send", "Change it", "Discard"]],
    ["waiting-for-connection", ["Check now", "Change it", "Discard"]],
    ["not-known", ["Check now", "Send it again"]],
    ["conflict", ["Send what I wanted", "Adjust it", "Drop it"]],
    ["with-desk", ["Check now", "Withdraw"]],
    ["being-applied", ["Check now"]],
    ["said-done", ["Copy", "Check now", "Undo this"]],
    ["checked-working", ["Undo this"]],
    ["refused", []],
  ];

  test.each(acts)("%s", async (status, names) => {
    const { detail } = await follow(status);
    const doing = [...detail.querySelectorAll<HTMLElement>(".btn")].map(({ textContent }) => textContent?.trim());
    expect(doing).toEqual(names);
  });

  test("discarding is asked first; Keep changes nothing", async () => {
    const { user, id } = await follow("draft");
    await user.click(screen.getByRole("button", { name: "Discard" }));
    const dialog = await screen.findByRole("dialog", { name: "Discard this request?" });
    await user.click(within(dialog).getByRole("button", { name: "Keep it" }));
    expect(asked("discard")).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Discard" }));
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Discard" }));
    await waitFor(() => expect(asked("discard")).toEqual([id]));
    await waitFor(() => expect(address(navigation.route)).toBe("#/requests"));
    expect(screen.queryByRole("alert"), "what is gone on purpose is no trouble").toBeNull();
  });

  test("one that is over stays in the list until one leaves it", async () => {
    const { user, id } = await follow("with-desk");
    const list = screen.getByRole("list", { name: "Requests" });
    const places = () => within(list).getAllByRole("link").map((link) => link.getAttribute("href"));
    const before = places();
    await user.click(screen.getByRole("button", { name: "Withdraw" }));
    await waitFor(() => expect(within(list).getByRole("link", { name: /Withdrawn/ }).getAttribute("href")).toBe(`#/requests/${id}`));
    expect(places(), "where it was").toEqual(before);
    await user.click(within(list).getByRole("link", { name: /Being applied/ }));
    await waitFor(() => expect(within(list).queryByRole("link", { name: /Withdrawn/ })).toBeNull());
  });

  test("withdrawing moves the focus to the heading when its button goes", async () => {
    const { user } = await follow("with-desk");
    await user.click(screen.getByRole("button", { name: "Withdraw" }));
    expect(await screen.findByText(/It was taken back before it was decided/)).toBeTruthy();
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Remove Idris Penhallow"));
  });

  test("undo writes the opposite and shows it before it goes", async () => {
    const { user } = await follow("checked-working");
    await user.click(screen.getByRole("button", { name: "Undo this" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Check before you send" })).toBeTruthy();
    expect(address(navigation.route)).toMatch(/\/check$/);
    expect(asked("send")).toEqual([]);
  });

  test("sending again warns that it may then be there twice", async () => {
    const { user, id } = await follow("not-known");
    await user.click(screen.getByRole("button", { name: "Send it again" }));
    const dialog = await screen.findByRole("dialog", { name: "It may be there already" });
    expect(dialog.textContent).toContain("it may be there twice");
    await user.click(within(dialog).getByRole("button", { name: "Send it again" }));
    await waitFor(() => expect(asked("sendAgain")).toEqual([id]));
  });

  test("U looks at the desk now, E goes on with a draft", async () => {
    const { user, id } = await follow("draft");
    await user.keyboard("u");
    await waitFor(() => expect(asked("check")).toHaveLength(1));
    expect(asked("checkNow"), "the desk looks at the record too").toEqual([]);
    await user.keyboard("e");
    expect(address(navigation.route)).toBe(`#/requests/${id}/change`);
  });

  test("a refused act is told, and the request stays", async () => {
    const { user } = await follow("with-desk");
    memory.refuse("withdraw", { code: "no-answer", message: "", retryAfter: null, profile: null });
    await user.click(screen.getByRole("button", { name: "Withdraw" }));
    expect((await screen.findByRole("alert")).textContent).toContain("The server does not answer");
    expect(screen.getByRole("button", { name: "Withdraw" })).toBeTruthy();
  });
});

describe("a conflict", () => {
  test("is shown as when you wrote it, now, and what you wanted", async () => {
    const { detail } = await follow("conflict");
    const [written, now, wanted] = [...detail.querySelectorAll("dd")].map(({ textContent }) => textContent ?? "");
    expect(written).toMatch(/Reads and files all mail.*Writes on its behalf/s);
    expect(now).toMatch(/Reads and files all mail.*Writes as the mailbox.*It opens by itself/s);
    expect(wanted).toMatch(/^\s*Reads and files all mail\s*It opens by itself in their Outlook\s*$/);
  });

  test("kept, it goes against the account as it is now", async () => {
    const { user, id } = await follow("conflict");
    await user.click(screen.getByRole("button", { name: "Send what I wanted" }));
    expect(await screen.findByText(/It arrived as RQ-/)).toBeTruthy();
    expect(asked("resolve")).toEqual([{ id, resolution: "keep" }]);
  });

  test("adjusted, it is a draft again and opened", async () => {
    const { user, id } = await follow("conflict");
    await user.click(screen.getByRole("button", { name: "Adjust it" }));
    expect(await screen.findByRole("heading", { level: 1, name: /Change who has access to/ })).toBeTruthy();
    expect(memory.desk.find(id).status.status).toBe("draft");
  });

  test("dropped only when said twice", async () => {
    const { user, id } = await follow("conflict");
    await user.click(screen.getByRole("button", { name: "Drop it" }));
    const dialog = await screen.findByRole("dialog", { name: "Drop this request?" });
    expect(asked("resolve")).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Drop it" }));
    await waitFor(() => expect(asked("resolve")).toEqual([{ id, resolution: "drop" }]));
    await waitFor(() => expect(address(navigation.route)).toBe("#/requests"));
  });
});

describe("requests of every kind", () => {
  const kindOf = (kind: RequestKind) => memory.desk.kept.find((one) => one.form.kind === kind)?.id ?? "";

  async function followKind(kind: RequestKind) {
    const user = userEvent.setup();
    open("requests-of-all-kinds", "#/");
    const id = kindOf(kind);
    navigation.go({ page: "requests", id, step: null });
    await screen.findByRole("heading", { name: "What it asks for" });
    return { user, id, detail: screen.getByRole("region", { name: "Request" }) };
  }

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
    expect(within(detail).getByText("Not taken: Shown name and “Where does its mail go?”.")).toBeTruthy();
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

  test("each way to be shown has its own sentence", () => {
    const status: RequestStatus = { status: "said-done", reference: "RQ-1", at: "2026-11-19T14:20:00Z" };
    const sentences = (["record", "tried", "word", "told"] as const).map((shown) => statusSentence(status, oxford, NOW, place, shown));
    expect(new Set(sentences).size).toBe(4);
  });
});

test.each(["being-applied", "conflict", "said-done", "taken-in-part", "not-known"] as const)("axe finds nothing on %s", async (status) => {
  await follow(status);
  await expectAccessible();
});
