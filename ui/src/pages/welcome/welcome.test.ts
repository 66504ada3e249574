import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { app } from "../../frame/app.svelte";
import { navigation } from "../../frame/navigation.svelte";
import { host } from "../../host";
import { memory } from "../../host/memory";
import { institutions } from "../../host/memory/scenario";
import { begin, open } from "../../test-screen";
import { offered } from "./offered";

beforeEach(begin);

const [oxford, boulder] = institutions;
if (!oxford || !boulder) throw new Error("two institutions are invented");

describe("what is offered", () => {
  test("the one named at start comes first, the rest as they came", () => {
    const third = { ...boulder, id: "third", named: true };
    expect(offered([oxford, boulder, third], []).map(({ id }) => id)).toEqual(["third", "oxford", "boulder"]);
  });

  test("one that is added again takes the place of what it was", () => {
    const again = { ...oxford, missing: [] };
    expect(offered([oxford, boulder], [again])).toEqual([again, boulder]);
  });
});

describe("an institution that is connected and named at start", () => {
  test("is chosen already, and the browser is the way", async () => {
    const user = userEvent.setup();
    open("connected");
    const radios = within(await screen.findByRole("group", { name: "Where do you work or study?" })).getAllByRole("radio");
    expect(radios.map((radio) => radio.getAttribute("value"))).toEqual(["boulder", "oxford", "practice"]);
    expect(screen.getByRole("radio", { name: /Boulder/, checked: true })).toBe(radios[0]);
    await user.click(screen.getByRole("button", { name: "Continue in your browser" }));
    await waitFor(() => expect(memory.asked.find(({ command }) => command === "signIn")?.argument).toMatchObject({ institution: "boulder", connection: "real", way: "browser" }));
  });

  test("is chosen where the program is started a second time with it, whatever is on screen", async () => {
    open("owner", "#/");
    await screen.findByRole("heading", { level: 1 });
    const { start } = memory.scenario;
    memory.scenario.start = { ...start, institutions: [oxford, { ...boulder, named: true }] };
    memory.tell("institution-named", null);
    expect(await screen.findByRole("radio", { name: /Boulder/, checked: true })).toBeTruthy();
    const user = userEvent.setup();
    await user.click(screen.getByRole("radio", { name: /Oxford/ }));
    memory.tell("session-changed", null);
    expect(await screen.findByRole("radio", { name: /Oxford/, checked: true })).toBeTruthy();
  });

  test("offers a code where its sign-in does", async () => {
    const user = userEvent.setup();
    open("connected");
    await user.click(await screen.findByRole("button", { name: "Sign in with a code instead" }));
    await waitFor(() => expect(memory.asked.find(({ command }) => command === "signIn")?.argument).toMatchObject({ connection: "real", way: "device-code" }));
    expect(await screen.findByDisplayValue("WDJB-MJHT")).toBeTruthy();
  });

  test("offers the browser, and no code again, where the provider turns out to give none", async () => {
    const user = userEvent.setup();
    open("connected");
    await user.click(await screen.findByRole("button", { name: "Sign in with a code instead" }));
    await screen.findByDisplayValue("WDJB-MJHT");
    memory.tell("sign-in", { state: "failed", problem: { code: "not-offered", message: "sign-in with a code is not offered", retryAfter: null, profile: null, said: null } });
    expect(await screen.findByText("This way is not offered")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
    expect(screen.getByRole("button", { name: "Use the browser instead" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Back" }));
    expect(await screen.findByRole("button", { name: "Continue in your browser" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Sign in with a code instead" })).toBeNull();
  });

  test("offers no code where it does not", async () => {
    open("welcome");
    await userEvent.setup().click(await screen.findByRole("radio", { name: /Try with invented people/ }));
    expect(screen.queryByRole("button", { name: "Sign in with a code instead" })).toBeNull();
  });
});

describe("what was saved on this computer", () => {
  test("is offered outside every form, and not beside adding a file", async () => {
    const user = userEvent.setup();
    open("saved");
    const saved = await screen.findByRole("button", { name: "Maren Tolliver, University of Oxford, practice" });
    expect(saved.closest("form")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Add an institution from a file" }));
    expect(screen.queryByText("No connection?")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Back" }));
    expect(screen.getByText("No connection?")).toBeTruthy();
  });
});

describe("signing out", () => {
  test("says what stays, and claims nothing about the other side", async () => {
    const user = userEvent.setup();
    open("owner", "#/settings");
    await user.click(await screen.findByRole("button", { name: "Sign out" }));
    expect(await screen.findByRole("heading", { name: "Maren Tolliver is signed out on this computer" })).toBeTruthy();
    expect(screen.getByText(/What was read stays on this computer, encrypted/)).toBeTruthy();
    expect(screen.getByText(/Whether the university’s sign-in service has ended it too is not known here/)).toBeTruthy();
  });

  test("is asked first while requests are not sent", async () => {
    const user = userEvent.setup();
    open("requests", "#/settings");
    await user.click(await screen.findByRole("button", { name: "Sign out" }));
    const dialog = await screen.findByRole("dialog", { name: /requests are not known to be sent/ });
    expect(dialog.textContent).toContain("They stay on this computer");
    await user.click(within(dialog).getByRole("button", { name: "Stay signed in" }));
    expect(screen.queryByRole("heading", { name: "Maren Tolliver is signed out on this computer" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Sign out" }));
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Sign out" }));
    expect(await screen.findByRole("heading", { name: "Maren Tolliver is signed out on this computer" })).toBeTruthy();
  });

  test("where nothing is kept, it says that", async () => {
    const user = userEvent.setup();
    open("keyless", "#/settings");
    await user.click(await screen.findByRole("button", { name: "Sign out" }));
    expect(await screen.findByText(/what was read was not kept/)).toBeTruthy();
  });

  test("is not said to somebody who was forgotten, nor a second time", async () => {
    const user = userEvent.setup();
    open("owner", "#/settings");
    await user.click(await screen.findByRole("button", { name: "Forget Maren Tolliver" }));
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Forget" }));
    await screen.findByRole("heading", { name: "Where do you work or study?" });
    expect(document.body.textContent).not.toContain("Maren Tolliver");
    expect(app.departed?.identity ?? null).toBeNull();
  });

  test("where somebody else is still signed in, Home says who that is now", async () => {
    const user = userEvent.setup();
    open("owner", "#/settings");
    const { start } = memory.scenario;
    const [mine] = start.identities;
    if (!start.session || !mine) throw new Error("somebody is signed in");
    const session = { ...start.session, identity: "i-hal", me: { ...start.session.me, id: "p-hal", name: "Hal Brindley" } };
    vi.spyOn(host.identity, "signOut").mockImplementation(async () => {
      memory.scenario.start = { ...start, session, identities: [{ ...mine, current: false, signedIn: false }, { ...mine, id: "i-hal", name: "Hal Brindley" }] };
    });
    await user.click(await screen.findByRole("button", { name: "Sign out" }));
    expect(await screen.findByRole("heading", { name: "Maren Tolliver is signed out. This is Hal Brindley" })).toBeTruthy();
    expect(screen.getByText("Hello Hal", { exact: false })).toBeTruthy();
    navigation.go({ page: "settings" });
    await user.click(await screen.findByRole("button", { name: "Forget Hal Brindley" }));
    memory.scenario.start = { ...memory.scenario.start, session: start.session, identities: [mine] };
    vi.mocked(host.identity.signOut).mockImplementation(async () => {
      memory.scenario.start = start;
    });
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Forget" }));
    expect(await screen.findByRole("heading", { name: "Forgotten. This is Maren Tolliver" })).toBeTruthy();
    expect(document.body.textContent, "nothing tells of who was forgotten").not.toContain("Hal");
    navigation.go({ page: "help" });
    await screen.findByRole("heading", { name: "Help and contacts" });
    navigation.go({ page: "home" });
    await screen.findByRole("heading", { name: "What do you need to know?" });
    expect(screen.queryByText(/^Forgotten\./), "once").toBeNull();
  });

  test("a refusal leaves everything as it was", async () => {
    const user = userEvent.setup();
    open("owner", "#/settings");
    const button = await screen.findByRole("button", { name: "Sign out" });
    memory.refuse("signOut", { code: "store-trouble", message: "disk I/O error", retryAfter: null, profile: null, said: null });
    await user.click(button);
    await screen.findByRole("alert");
    expect(app.departed).toBeNull();
  });

  test("Settings shows who is signed out, and offers to sign in again", async () => {
    open("signed-out", "#/settings");
    const row = (await screen.findByText("Signed out", { selector: "li .hint" })).closest("li");
    if (!row) throw new Error("no row");
    expect(within(row).getByRole("button", { name: "Sign in again" })).toBeTruthy();
    expect(row.textContent).toContain("What was read stays here until you forget it.");
    expect(screen.queryByRole("button", { name: "Sign out" })).toBeNull();
  });
});
