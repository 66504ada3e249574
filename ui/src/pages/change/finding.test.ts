import { screen, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, test } from "vitest";
import { address } from "../../frame/route";
import { navigation } from "../../frame/navigation.svelte";
import type { PersonChoice } from "../../host/bindings/PersonChoice";
import { memory } from "../../host/memory";
import { people } from "../../host/memory/accounts";
import { begin } from "../../test-screen";
import { entriesOf, judge } from "./finding.svelte";
import { CHANGE, finder, paste, write } from "./test-form";

beforeEach(begin);

describe("finding people", () => {
  test("arrow keys, Enter and Escape work as in any combobox", async () => {
    const user = await write();
    const field = await finder();
    await user.type(field, "marsh");
    const list = screen.getByRole("listbox", { name: "People found" });
    await within(list).findByRole("option", { name: /Jonah Marsh/ });
    expect(field.getAttribute("aria-expanded")).toBe("true");
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}");
    const active = within(list).getByRole("option", { selected: true });
    expect(active.textContent).toContain("Jorun Marsh");
    expect(field.getAttribute("aria-activedescendant")).toBe(active.id);
    await user.keyboard("{Escape}");
    expect(field.getAttribute("aria-expanded")).toBe("false");
    expect(address(navigation.route), "Escape shut the list, not the page").toBe(CHANGE);
    await user.keyboard("{ArrowDown}{Enter}");
    expect(screen.queryByRole("group", { name: "What should Jude Marsh be able to do?" }), "not entitled").toBeNull();
    await user.keyboard("{ArrowUp}{Enter}");
    expect(await screen.findByRole("group", { name: "What should Jorun Marsh be able to do?" })).toBeTruthy();
    expect((field as HTMLInputElement).value).toBe("");
    expect(document.activeElement).toBe(field);
  });

  test("who cannot be added is listed with the reason and cannot be chosen", async () => {
    const user = await write();
    await user.type(await finder(), "marsh");
    const visitor = await screen.findByRole("option", { name: /Jude Marsh/ });
    expect(visitor.textContent).toContain("Can’t be given access here");
    expect(visitor.getAttribute("aria-disabled")).toBe("true");
    expect(screen.getByRole("option", { name: /Sunniva Marsh/ }).textContent).toContain("Has access already");
    await user.click(visitor);
    expect(screen.queryByRole("group", { name: /Jude Marsh/ })).toBeNull();
  });

  test("nobody found is said, and so is that only this computer was asked", async () => {
    const user = await write("offline");
    await user.type(await finder(), "leonie");
    expect((await screen.findAllByText(/Nobody found for “leonie”/)).length).toBeGreaterThan(0);
    expect(screen.getAllByText(/The Service Desk could not be asked: only people known on this computer are listed\./).length).toBeGreaterThan(0);
  });

  test("the owner needs no access", async () => {
    const user = await write();
    await user.type(await finder(), "maren");
    expect((await screen.findByRole("option", { name: /Maren Tolliver/ })).textContent).toContain("Is the owner and needs no access beside that");
  });
});

describe("a pasted list", () => {
  test("adds whoever is certain, and keeps everybody else to be sorted out", async () => {
    const user = await write();
    await paste(user, "Leonie Strake; Tomasz Birkwood\nMarsh, Jude Marsh\nNo Body, oona");
    expect(await screen.findByText("1 person added. 1 is there already: Tomasz Birkwood. 4 entries to sort out.")).toBeTruthy();
    const sort = screen.getByRole("region", { name: "To sort out" });
    const lines = within(sort).getAllByRole("listitem").map((line) => line.textContent ?? "");
    expect(lines[0]).toContain("Several people match");
    expect(lines[1]).toContain("Jude Marsh can’t be given access here.");
    expect(lines[2]).toContain("Nobody found.");
    expect(lines[3]).toContain("Is it this person?");
    await user.click(within(sort).getByRole("button", { name: /Choose Jorun Marsh/ }));
    await user.click(within(sort).getByRole("button", { name: /Choose Oona Garrick/ }));
    await user.click(within(sort).getByRole("button", { name: /^Leave it out ?: Jude Marsh$/ }));
    await user.click(within(sort).getByRole("button", { name: /^Leave it out ?: No Body$/ }));
    expect(screen.queryByRole("region", { name: "To sort out" })).toBeNull();
    expect(screen.getAllByRole("group", { name: /^What should/ })).toHaveLength(3);
  });

  test("what was left to sort out is still there after going away and back", async () => {
    const user = await write();
    await paste(user, "No Body, Else Where");
    await screen.findByRole("region", { name: "To sort out" });
    navigation.go({ page: "home" });
    await screen.findByRole("heading", { name: "What do you need to know?" });
    navigation.go({ page: "change", unit: false, account: "a-enquiries" });
    const sort = await screen.findByRole("region", { name: "To sort out" });
    expect(within(sort).getAllByRole("listitem")).toHaveLength(2);
  });

  test("an entry that could not be looked up is kept, and looked up again", async () => {
    const user = await write();
    memory.refuse("findPeople", { code: "no-answer", message: "", retryAfter: null, profile: null, said: null });
    await paste(user, "Leonie Strake\nJorun Marsh");
    const sort = await screen.findByRole("region", { name: "To sort out" });
    expect(within(sort).getAllByText("It could not be looked up.")).toHaveLength(2);
    memory.relent("findPeople");
    await user.click(within(sort).getByRole("button", { name: /^Look it up again ?: Leonie Strake$/ }));
    expect(await screen.findByRole("group", { name: /Leonie Strake/ })).toBeTruthy();
  });

  test("more entries than a request takes are refused whole", async () => {
    const user = await write();
    await paste(user, Array.from({ length: 501 }, (_, n) => `Person ${n}`).join("\n"));
    expect(await screen.findByText(/That is 501 entries, and a request takes up to 500 people/)).toBeTruthy();
    expect(memory.asked.some(({ command }) => command === "findPeople")).toBe(false);
  });
});

describe("a list is read entry by entry", () => {
  test("apart by lines, commas, semicolons or tabs, each once, an address without its name", () => {
    expect(entriesOf(" Jo  Ferrand;eart0117\r\n\n jo ferrand ,\tMarsh, J. <eart0933@example.edu>")).toEqual(["jo ferrand", "eart0117", "Marsh", "eart0933@example.edu"]);
    expect(entriesOf(" ;, \n")).toEqual([]);
  });

  const choice = (principal: PersonChoice["principal"], entitled: boolean | null = true): PersonChoice => ({ principal, entitled, mayOwn: null });
  const found = (...people: PersonChoice[]) => ({ query: "", people, asked: true });

  test("only the one person of exactly that name or username is taken", () => {
    const jo = choice(people.jo);
    expect(judge("jo férrand", found(jo, choice(people.tomasz)))).toBe(jo);
    expect(judge("EART0412", found(jo))).toBe(jo);
    expect(judge("Jo", found(jo))).toMatchObject({ why: "unsure" });
    expect(judge("Jo Ferrand", found(jo, choice({ ...people.jo, id: "p-2", username: "other" })))).toMatchObject({ why: "several" });
    expect(judge("Jo Ferrand", found())).toMatchObject({ why: "not-found" });
    expect(judge("Jo Ferrand", found(choice(people.jo, false)))).toMatchObject({ why: "not-entitled" });
    expect(judge("Kwame Ashdown", found(choice(people.kwame, null))), "has left").toMatchObject({ why: "not-entitled" });
  });
});
