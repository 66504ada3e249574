import { screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, test } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import type { RequestStatus } from "../../host/bindings/RequestStatus";
import { memory } from "../../host/memory";
import { NOW } from "../../host/memory/accounts";
import { asked, begin } from "../../test-screen";
import { expectAccessible } from "../../test-axe";
import { follow, followOne, idOf } from "./test-requests";

beforeEach(begin);

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
    expect(within(detail).getByText("Not taken as sent: Leonie Strake.")).toBeTruthy();
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
    ["not-known", ["Check now", "Send it again", "Discard"]],
    ["conflict", ["Send what I wanted", "Adjust it", "Drop it"]],
    ["with-desk", ["Check now", "Withdraw"]],
    ["being-applied", ["Check now"]],
    ["said-done", ["Copy", "Check now", "Undo this"]],
    ["checked-working", ["Undo this"]],
    ["refused", ["Write it anew"]],
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

  test("what was refused can be written anew with the same in it", async () => {
    const { user, id } = await follow("refused");
    const before = memory.desk.find(id).form;
    await user.click(screen.getByRole("button", { name: "Write it anew" }));
    await waitFor(() => expect(asked("anew")).toEqual([id]));
    const made = memory.desk.kept.at(-1);
    expect(made).toMatchObject({ status: { status: "draft" }, form: { kind: before.kind, account: before.account, changes: before.changes } });
    await waitFor(() => expect(address(navigation.route)).toBe(`#/requests/${made?.id}/change`));
    expect(memory.desk.find(id).status.status, "the one that was refused stays").toBe("refused");
  });

  test("what is to be sent again says so, and can be held back while it has not gone", async () => {
    const { user, id, detail } = await followOne("requests", () => {
      const id = idOf("not-known");
      memory.desk.find(id).again = true;
      return id;
    });
    expect(within(detail).getByText(/It is sent again as soon as the Service Desk can be reached, because you said so/)).toBeTruthy();
    await user.click(within(detail).getByRole("button", { name: "Do not send it again" }));
    await waitFor(() => expect(asked("holdBack")).toEqual([id]));
    expect(await within(detail).findByText(/so it is not sent again by itself/)).toBeTruthy();
    await expectAccessible();
  });

  test("whoever asked there may discard what is not there", async () => {
    const { user, id } = await follow("not-known");
    await user.click(screen.getByRole("button", { name: "Discard" }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog.textContent).toMatch(/Did they say that it is not there\?.*goes on without being followed here/s);
    await expectAccessible();
    await user.click(within(dialog).getByRole("button", { name: "Discard" }));
    await waitFor(() => expect(asked("discard")).toEqual([id]));
  });

  test("where nothing goes by itself, nothing is said to be tried again by itself", async () => {
    const { detail } = await followOne("requests", () => {
      const id = idOf("not-known");
      memory.desk.find(id).problem = { code: "no-answer", message: "", retryAfter: null, profile: null, said: null };
      return id;
    });
    expect(within(detail).getByText(/so it is not sent again by itself/)).toBeTruthy();
    expect(within(detail).getByRole("heading", { name: "The Service Desk could not be asked" })).toBeTruthy();
    expect(within(detail).queryByText(/tried again by itself/)).toBeNull();
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
    memory.refuse("withdraw", { code: "no-answer", message: "", retryAfter: null, profile: null, said: null });
    await user.click(screen.getByRole("button", { name: "Withdraw" }));
    expect((await screen.findByRole("alert")).textContent).toContain("The server does not answer");
    expect(screen.getByRole("button", { name: "Withdraw" })).toBeTruthy();
  });

  test("what the desk says no to is told in its words, and shown as it is now", async () => {
    const { user, id, detail } = await follow("with-desk");
    memory.refuse("withdraw", { code: "desk-refused", message: "", retryAfter: null, profile: null, said: "This request has been decided already." });
    memory.desk.find(id).status = { status: "being-applied", reference: "RQ-20442", since: new Date(NOW).toISOString(), by: new Date(NOW + 3_600_000).toISOString() };
    await user.click(screen.getByRole("button", { name: "Withdraw" }));
    expect((await screen.findByRole("alert")).textContent).toMatch(/The desk did not do it.*“This request has been decided already\.”.*The request is shown as it is now\./s);
    expect(await within(detail).findByText(/^Being applied/)).toBeTruthy();
    expect(within(detail).queryByRole("button", { name: "Withdraw" })).toBeNull();
    await waitFor(() => expect(document.activeElement?.tagName, "the button went").toMatch(/^H[12]$/));
    await expectAccessible();
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
test.each(["being-applied", "conflict", "said-done", "taken-in-part", "not-known"] as const)("axe finds nothing on %s", async (status) => {
  await follow(status);
  await expectAccessible();
});
