import { screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, test } from "vitest";
import type { NameFault } from "../../host/bindings/NameFault";
import { memory } from "../../host/memory";
import { requestOf } from "../../host/memory/offers";
import { boulder, oxford } from "../../host/memory/profiles";
import { begin } from "../../test-screen";
import { expectAccessible } from "../../test-axe";
import { nameFaultWords } from "../../words/faults";
import { asksFor, fitting } from "./advice";
import { choose, field, onward, press, saved, told, type, write } from "./test-ask";

beforeEach(begin);

const HASH = "#/ask/new-account";
const anew = (scenario = "officer") => write(HASH, "New secondary account", scenario);
const row = (name: RegExp) => within(screen.getByRole("table", { name: "What differs" })).getByRole("row", { name });
const kindSaid = () => screen.getByRole("heading", { level: 2, name: /Mailbox only|Mailbox and SSO|SSO only|Room or equipment|Which kind\?/ }).textContent;

describe("the kind (O1)", () => {
  test("mailbox only by default; the answers lead elsewhere and back", async () => {
    const user = await anew();
    expect(kindSaid()).toContain("Mailbox only");
    const machine = screen.getByRole("radiogroup", { name: "Must a program or a machine sign in as it?" });
    await user.click(within(machine).getByRole("radio", { name: "Yes" }));
    await waitFor(() => expect(kindSaid()).toContain("Mailbox and SSO"));
    const mail = screen.getByRole("radiogroup", { name: "Will people read or send mail with it?" });
    await user.click(within(mail).getByRole("radio", { name: "No" }));
    await waitFor(() => expect(kindSaid()).toContain("SSO only"));
    expect(screen.queryByRole("heading", { name: /^Who may use it/ }), "nobody is a delegate of a password").toBeNull();
    await user.click(within(screen.getByRole("radiogroup", { name: "Does it stand for something to book?" })).getByRole("radio", { name: "A room" }));
    await waitFor(() => expect(kindSaid()).toContain("Room or equipment"));
    await expectAccessible();
  });

  test("an exception says so before, and needs a reason and an end", async () => {
    const user = await anew();
    expect(screen.queryByText("This kind is an exception")).toBeNull();
    await user.click(screen.getByText("Choose another kind"));
    await user.click(screen.getByRole("radio", { name: /^Mailbox and SSO/ }));
    expect(await screen.findByRole("heading", { name: "This kind is an exception" })).toBeTruthy();
    expect(screen.getByText(/A shared password is harder to keep safe\. It needs a reason and a last day\./)).toBeTruthy();
    expect(screen.getByText("Chosen by you")).toBeTruthy();
    await expectAccessible();
    expect(await told(user)).toEqual(["Say why it has to be this kind", "An exception needs a last day", "Choose a username", "Write the name that people are to see", "Choose who is to be the owner", "Accept this, or do not send it"]);
    expect(field("Why does it need to be this kind?").getAttribute("aria-describedby")).toBe("q-reason-hint q-reason-error");
    await user.type(field("Why does it need to be this kind?"), "A scanner has to sign in.");
    await user.type(field("Last day"), "2027-01-31");
    await user.type(field("Username"), "eart-scan");
    await user.type(field("Shown name"), "Scanner");
    await user.click(screen.getByRole("button", { name: "I will be the owner" }));
    await user.click(screen.getByRole("checkbox", { name: "The owner keeps a record of who was given the password." }));
    await onward(user);
    expect(screen.getByText("What you accept:").parentElement?.textContent).toContain("keeps a record");
    expect(row(/^Last day/).textContent).toMatch(/Becomes:\s*31 January 2027/);
    expect(screen.getByRole("region", { name: "Your answers" }).textContent).toMatch(/Why does it need to be this kind\?\s*A scanner has to sign in\./);
    expect(saved().at(-1)).toMatchObject({ accountKind: "mailbox-and-sso", ends: "2027-01-31", answers: { reason: "A scanner has to sign in." } });
  });

  test("an account that a group asks for is that group's: nobody is chosen, and another kind has a choice again", async () => {
    const request = requestOf(boulder, "new-account");
    if (!request) throw new Error("Boulder has new accounts");
    const center = { kind: "group", id: "g-center", name: "Center for Student Involvement", username: null, unit: null, leavesOn: null, hasLeft: false } as const;
    request.owners = [{ accountKinds: ["student-employee"], owner: center }];
    try {
      const user = await write("#/ask/new-account", "New secondary account", "boulder");
      await user.click(screen.getByRole("radio", { name: /^Student employee account/ }));
      expect(screen.getByText("Center for Student Involvement")).toBeTruthy();
      expect(screen.getByText(/belong to this group, so there is nobody to choose/)).toBeTruthy();
      expect(screen.queryByRole("combobox")).toBeNull();
      await expectAccessible();
      await waitFor(() => expect(saved().at(-1)).toMatchObject({ accountKind: "student-employee", owner: { id: "g-center" } }));
      await user.click(screen.getByRole("radio", { name: /^Group account/ }));
      expect(await screen.findByRole("combobox")).toBeTruthy();
      await waitFor(() => expect(saved().at(-1)).toMatchObject({ accountKind: "group", owner: null }));
    } finally {
      request.owners = [];
    }
  });

  test("the reason is asked in our words where the institution asks none", async () => {
    const request = requestOf(oxford, "new-account");
    const own = request?.questions ?? [];
    if (request) request.questions = [];
    try {
      const user = await anew();
      await user.click(screen.getByText("Choose another kind"));
      await user.click(screen.getByRole("radio", { name: /^Mailbox and SSO/ }));
      expect(await screen.findByLabelText("Why does it have to be this kind?")).toBeTruthy();
    } finally {
      if (request) request.questions = own;
    }
  });

  test("what has to be accepted is shown for the kinds that it is asked of, and sent for no other", async () => {
    const user = await anew();
    const policy = { name: "The owner keeps a record of who was given the password." };
    expect(screen.queryByRole("checkbox", policy)).toBeNull();
    await user.click(screen.getByText("Choose another kind"));
    await user.click(screen.getByRole("radio", { name: /^SSO only/ }));
    await user.click(await screen.findByRole("checkbox", policy));
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ accountKind: "sso-only", policyAccepted: true }));
    await user.click(screen.getByRole("radio", { name: /^Mailbox only/ }));
    await waitFor(() => expect(screen.queryByRole("checkbox", policy)).toBeNull());
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ accountKind: "mailbox-only", policyAccepted: false }));
    await user.click(screen.getByRole("radio", { name: /^SSO only/ }));
    expect((await screen.findByRole<HTMLInputElement>("checkbox", policy)).checked, "the tick is not lost").toBe(true);
  });

  test("a question is asked for its kinds alone, and its answer sent with no other", async () => {
    const user = await anew("boulder");
    expect(screen.queryByLabelText("The student’s name"), "no kind is chosen yet").toBeNull();
    await user.click(screen.getByRole("radio", { name: /^Student/ }));
    await user.type(await screen.findByLabelText("The student’s name"), "Wren Abara");
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ accountKind: "student-employee", answers: { student: "Wren Abara" } }));
    await user.click(screen.getByRole("radio", { name: /^Group/ }));
    await waitFor(() => expect(screen.queryByLabelText("The student’s name")).toBeNull());
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ accountKind: "group", answers: {} }));
    await user.click(screen.getByRole("radio", { name: /^Student/ }));
    expect((await screen.findByLabelText<HTMLInputElement>("The student’s name")).value, "what was typed is not lost").toBe("Wren Abara");
  });

  test("no exception, no reason: what was written for one is not sent", async () => {
    const user = await anew();
    await user.click(screen.getByText("Choose another kind"));
    await user.click(screen.getByRole("radio", { name: /^Mailbox and SSO/ }));
    await user.type(await screen.findByLabelText("Why does it need to be this kind?"), "Because.");
    await user.click(screen.getByRole("radio", { name: /^Mailbox only/ }));
    await waitFor(() => expect(saved().at(-1)).toMatchObject({ accountKind: "mailbox-only", ends: "", answers: {} }));
  });

  test("questions are asked only where they tell kinds apart", () => {
    expect(asksFor(oxford.kinds)).toEqual({ mail: true, book: ["room"], machine: true });
    expect(asksFor(boulder.kinds)).toEqual({ mail: true, book: [], machine: false });
    expect(asksFor(boulder.kinds.slice(0, 1))).toEqual({ mail: false, book: [], machine: false });
    expect(fitting(oxford.kinds, { mail: true, book: null, machine: false })?.id).toBe("mailbox-only");
    expect(fitting(boulder.kinds, { mail: true, book: null, machine: false })?.id).toBe("group");
    expect(fitting(boulder.kinds, { mail: false, book: null, machine: false })?.id).toBe("student-employee");
    expect(fitting(oxford.kinds.slice(0, 1), { mail: true, book: null, machine: true })).toBeUndefined();
  });
});

describe("the username, while it is typed", () => {
  const status = () => document.querySelector("#username ~ .said")?.textContent ?? "";

  test("free, taken, kept in another spelling, and each thing that is wrong", async () => {
    const user = await anew();
    expect(screen.getByText("The first four letters usually stand for the department.")).toBeTruthy();
    const username = field("Username");
    expect(document.querySelector("#username ~ .said")?.getAttribute("role")).toBe("status");
    await user.type(username, "eart-new");
    await waitFor(() => expect(status()).toContain("eart-new is free."));
    await user.clear(username);
    await user.type(username, "Eart-New");
    await waitFor(() => expect(status()).toMatch(/eart-new is free\..*Kept as eart-new\./));
    await user.clear(username);
    await user.type(username, "webmaster");
    await waitFor(() => expect(status()).toContain("webmaster is taken. Choose another."));
    await user.clear(username);
    await user.type(username, "1 b!");
    await waitFor(() => expect(status()).toMatch(/Not allowed here: spaces, “!”\..*It has to begin with a letter\./));
    expect(memory.asked.filter(({ command }) => command === "checkName").length, "not at every letter").toBeLessThan(15);
    await expectAccessible();
  });

  test("a taken name is an error at the field", async () => {
    const user = await anew();
    await type(user, "Username", "webmaster");
    await screen.findByText("webmaster is taken. Choose another.");
    expect(await told(user)).toContain("This username is taken");
    expect(field("Username").getAttribute("aria-invalid")).toBe("true");
    await user.type(field("Username"), "2");
    await waitFor(() => expect(field("Username").getAttribute("aria-invalid")).toBeNull());
  });

  test("not asked is never free", async () => {
    const user = await anew();
    memory.desk.connected = false;
    await type(user, "Username", "eart-new");
    expect(await screen.findByText("It fits the rules. Whether eart-new is free could not be asked: the Service Desk will say.")).toBeTruthy();
    expect(screen.queryByText(/is free\.$/)).toBeNull();
    memory.refuse("checkName", { code: "internal", message: "", retryAfter: null, profile: null, said: null });
    await user.type(field("Username"), "er");
    await waitFor(() => expect(status()).toMatch(/eart-newer could not be looked at/));
  });

  test("each fault has its own words", () => {
    const all: NameFault[] = [
      { code: "empty" }, { code: "too-short", min: 3 }, { code: "too-long", max: 20 }, { code: "not-allowed", characters: ["!"], looksAlike: false },
      { code: "not-allowed", characters: ["\u0430"], looksAlike: true }, { code: "starts-otherwise" },
    ];
    const words = all.map(nameFaultWords);
    expect(new Set(words).size).toBe(words.length);
  });
});

test("an officer registers an account by keys, with whoever may use it", async () => {
  const user = await anew();
  await type(user, "Username", "eart-trips");
  await type(user, "Shown name", "Field trips");
  await choose(user, "The owner", "idris", /Idris Penhallow/);
  await choose(user, "Who?", "leonie", /Leonie Strake/);
  await press(user, "radio", /^Read only/);
  await onward(user);
  expect(row(/^Username/).textContent).toMatch(/Becomes:\s*eart-trips/);
  expect(row(/^Kind/).textContent).toContain("Mailbox only");
  expect(row(/^Owner/).textContent).toContain("Idris Penhallow");
  expect(row(/Add\s*Leonie Strake/)).toBeTruthy();
  await press(user, "button", "Send: new secondary account");
  const detail = await screen.findByRole("region", { name: "Request" });
  await within(detail).findByText(/It arrived as RQ-/);
  expect(within(detail).getByText("eart-trips", { selector: ".to bdi" })).toBeTruthy();
  expect(within(detail).queryByRole("link", { name: "eart-trips" }), "it is not there yet").toBeNull();
  await expectAccessible();
});

test("looking at the form keeps nothing", async () => {
  const user = await anew();
  await user.keyboard("{Escape}");
  await screen.findByRole("heading", { name: "What do you want to ask for?" });
  expect(saved()).toEqual([]);
});

test("whoever is chosen as the owner is no delegate beside that", async () => {
  const user = await anew();
  await choose(user, "Who?", "idris", /Idris Penhallow/);
  await choose(user, "The owner", "idris", /Idris Penhallow/);
  await waitFor(() => expect(saved().at(-1)).toMatchObject({ changes: [], owner: { name: "Idris Penhallow" } }));
});

describe("from the campus network only (B1)", () => {
  test("it is said first whether the desk can be reached", async () => {
    const user = await anew("boulder");
    expect(await screen.findByText("The IT Service Center can be reached from here")).toBeTruthy();
    expect(kindSaidBoulder()).toContain("Group account");
    await type(user, "Username", "geotrips");
    await type(user, "Shown name", "Geology trips");
    await press(user, "button", "I will be the owner");
    await type(user, "What is it for?", "Field trips");
    await press(user, "checkbox", "I answer for what is done with it.");
    await onward(user);
    expect(saved().at(-1)).toMatchObject({ changes: [], policyAccepted: true, answers: { purpose: "Field trips" } });
  });

  const kindSaidBoulder = () => screen.getByRole("heading", { level: 2, name: /account/ }).textContent;

  test("not reachable: how to get there, another try, and the form all the same", async () => {
    memory.set("boulder");
    const user = await anew("boulder");
    memory.desk.connected = false;
    await user.keyboard("{Escape}");
    await user.click(await screen.findByRole("link", { name: /^New secondary account/ }));
    expect(await screen.findByRole("heading", { name: "The IT Service Center cannot be reached from here" })).toBeTruthy();
    expect(screen.getByText(/^Be on campus, or switch the VPN on\. You can fill this in all the same\./)).toBeTruthy();
    expect(field("Username")).toBeTruthy();
    await expectAccessible();
    memory.desk.connected = true;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("The IT Service Center can be reached from here")).toBeTruthy();
  });
});
