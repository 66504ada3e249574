import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import type { MayNotAsk } from "../../host/bindings/MayNotAsk";
import { memory } from "../../host/memory";
import { oxford } from "../../host/memory/profiles";
import { mayNotWords } from "../../words/may-not";
import { begin, open } from "../../test-screen";
import { expectAccessible } from "../../test-axe";

beforeEach(begin);

const names = () => screen.getAllByRole("listitem").map((item) => item.querySelector("b, h3")?.textContent);

describe("what can be asked for", () => {
  test("about an account, in the institution's order and words", async () => {
    open("owner", "#/accounts/a-outreach/ask");
    await screen.findByRole("link", { name: /^Remove the password/ });
    expect(names()).toEqual(["Change who has access", "Remove the password", "Hand it over", "Change how it shows and where its mail goes", "Keep it longer", "Close it", "Ask the Service Desk"]);
    expect(screen.queryByRole("heading", { name: "What you cannot ask for" })).toBeNull();
    expect(screen.getByRole("link", { name: /^Change who has access/ }).getAttribute("href")).toBe("#/accounts/a-outreach/change");
    await expectAccessible();
  });

  test("what is not for this kind of account is absent, what the reader may not is there with why not", async () => {
    open("owner", "#/accounts/a-enquiries/ask");
    await screen.findByRole("link", { name: /^Hand it over/ });
    expect(screen.queryByText("Remove the password")).toBeNull();
    const not = screen.getByRole("region", { name: "What you cannot ask for" });
    expect(not.textContent).toMatch(/Keep it longer.*The record knows no day on which it ends\./);
  });

  test("a delegate reads whom to ask instead, before anybody types", async () => {
    open("owner", "#/accounts/a-fieldwork/ask");
    const not = await screen.findByRole("region", { name: "What you cannot ask for" });
    expect(not.textContent).toMatch(/Change who has access.*You are neither its owner nor somebody who looks after its department\. Ask its owner, or your local IT support\./);
    expect(within(not).queryByRole("link")).toBeNull();
    expect(screen.getByRole("link", { name: /^Ask the Service Desk/ })).toBeTruthy();
    await expectAccessible();
  });

  test("about no account: the others begin at one", async () => {
    open("owner", "#/ask");
    expect(await screen.findByText("You are not known here as an IT officer. Ask the IT officer of your department.")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Choose an account" }).getAttribute("href")).toBe("#/accounts");
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("heading", { level: 1, name: "What do you want to ask for?" })));
    await expectAccessible();
  });

  test("an IT officer may ask for a new account, and for their unit's accounts from there", async () => {
    open("officer", "#/unit/a-outreach/ask");
    expect((await screen.findByRole("link", { name: /^Remove the password/ })).getAttribute("href")).toBe("#/unit/a-outreach/ask/remove-password");
    navigation.go({ page: "ask", unit: false, account: null, kind: null });
    expect((await screen.findByRole("link", { name: /^New secondary account/ })).getAttribute("href")).toBe("#/ask/new-account");
  });

  test("a student reads that only people who may own ask for one", async () => {
    open("boulder-student", "#/ask");
    expect(await screen.findByText(/The record does not show that you are somebody who may own secondary accounts\. Ask a member of staff/)).toBeTruthy();
  });

  test("a refusal is told and tried again", async () => {
    const user = userEvent.setup();
    open("owner", "#/");
    memory.refuse("offers", { code: "store-trouble", message: "disk I/O error", retryAfter: null, profile: null, said: null });
    navigation.go({ page: "ask", unit: false, account: null, kind: null });
    const alert = await screen.findByRole("alert");
    memory.relent("offers");
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("link", { name: /^Ask the Service Desk/ })).toBeTruthy();
  });

  test("each reason has its own words", () => {
    const all: Record<MayNotAsk, true> = {
      "not-offered": true, "not-yours": true, "signed-in-as-it": true, "not-by-delegation": true, "not-this-kind": true, "access-not-shown": true, "nothing-to-activate": true, closed: true,
      "no-end": true, "for-it-officers": true, "may-not-own": true, "for-team": true,
    };
    const words = Object.keys(all).map((why) => mayNotWords(why as MayNotAsk, oxford));
    expect(new Set(words).size).toBe(words.length);
    for (const text of words) expect(text).toMatch(/^[A-Z].*\.$/);
  });
});

describe("ways there", () => {
  test("from an account, by button and by key", async () => {
    const user = userEvent.setup();
    open("owner", "#/accounts/a-outreach");
    expect((await screen.findByRole("link", { name: "Ask for a change" })).getAttribute("href")).toBe("#/accounts/a-outreach/ask");
    await user.keyboard("n");
    expect(address(navigation.route)).toBe("#/accounts/a-outreach/ask");
    expect(await screen.findByRole("heading", { level: 1, name: /^Ask for a change to outreach/ })).toBeTruthy();
    await user.keyboard("{Escape}");
    expect(address(navigation.route)).toBe("#/accounts/a-outreach");
  });

  test("none where nothing can be asked for", async () => {
    open("without-desk", "#/accounts/a-geology-club");
    await screen.findByText("People with access");
    expect(screen.queryByRole("link", { name: "Ask for a change" })).toBeNull();
    expect(memory.asked.map(({ command }) => command)).not.toContain("offers");
  });

  test("from the requests, Home and Help", async () => {
    const user = userEvent.setup();
    open("owner", "#/requests");
    expect((await screen.findByRole("link", { name: "Ask for something" })).getAttribute("href")).toBe("#/ask");
    await user.keyboard("n");
    expect(address(navigation.route)).toBe("#/ask");
    navigation.go({ page: "help" });
    expect((await screen.findByRole("link", { name: "Ask for something" })).getAttribute("href")).toBe("#/ask");
    navigation.go({ page: "home" });
    expect((await screen.findByRole("link", { name: /^Ask for something new/ })).getAttribute("href")).toBe("#/ask");
  });

  test("an account with a password is told that it can do without (O17)", async () => {
    open("owner", "#/accounts/a-outreach/sign-in");
    expect(await screen.findByRole("heading", { name: "It can do without its password" })).toBeTruthy();
    expect(screen.getByRole("link", { name: "Remove the password" }).getAttribute("href")).toBe("#/accounts/a-outreach/ask/remove-password");
    navigation.go({ page: "accounts", unit: false, id: "a-labdata", tab: "sign-in" });
    await screen.findByText(/eart-labdata\./);
    expect(screen.queryByRole("heading", { name: "It can do without its password" })).toBeNull();
  });
});

test("a form that the reader may not fill in says why, and leads back", async () => {
  open("owner", "#/ask/new-account");
  expect(await screen.findByRole("heading", { name: "You cannot ask for this" })).toBeTruthy();
  expect(screen.getByText("You are not known here as an IT officer. Ask the IT officer of your department.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Continue" })).toBeNull();
  expect(screen.getByRole("link", { name: "See what can be asked for" }).getAttribute("href")).toBe("#/ask");
});

test("what is not asked for here at all says so", async () => {
  open("owner", "#/accounts/a-enquiries/ask/remove-password");
  expect(await screen.findByRole("heading", { level: 2, name: "This cannot be asked for here" })).toBeTruthy();
  navigation.go({ page: "ask", unit: false, account: null, kind: "eat" });
  await waitFor(() => expect(screen.getByRole("link", { name: "See what can be asked for" }).getAttribute("href")).toBe("#/ask"));
});
