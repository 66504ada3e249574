import { screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { host } from "../../host";
import { memory } from "../../host/memory";
import { institutions } from "../../host/memory/scenario";
import { expectAccessible } from "../../test-axe";
import { begin, open } from "../../test-screen";

beforeEach(begin);

const [oxford, boulder] = institutions;
if (!oxford || !boulder) throw new Error("two institutions are invented");

describe("an institution whose file cannot be read", () => {
  test("is told by file, line, what is wrong and what would be right, and nothing is to be forgotten", async () => {
    open("institution-broken");
    const alert = await screen.findByRole("alert");
    for (const told of [/institutions\/oxford\.toml, line 12/, /no field called `offline-day`/, /Perhaps `offline-days` is meant/]) expect(alert.textContent).toMatch(told);
    expect(screen.getByRole("heading", { level: 1, name: "Your institution’s file cannot be read" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: /forget/i })).toBeNull();
    expect(document.body.textContent).not.toMatch(/disk/);
  });

  test("another try opens what was saved, once the file is right", async () => {
    const user = userEvent.setup();
    open("institution-broken");
    await user.click(await screen.findByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { name: "What do you need to know?" })).toBeTruthy();
  });

  test("adding the file once more opens it, too", async () => {
    const user = userEvent.setup();
    open("institution-broken");
    await user.click(await screen.findByRole("button", { name: "Add an institution from a file" }));
    await expectAccessible();
    vi.spyOn(host.institutions, "addFromFile").mockResolvedValue(oxford);
    await user.type(screen.getByLabelText("Path of the file"), "/tmp/oxford.toml{Enter}");
    expect(await screen.findByRole("heading", { name: "What do you need to know?" })).toBeTruthy();
  });

  test("a file of another institution is said to be one", async () => {
    const user = userEvent.setup();
    open("institution-broken");
    await user.click(await screen.findByRole("button", { name: "Add an institution from a file" }));
    vi.spyOn(host.institutions, "addFromFile").mockResolvedValue(boulder);
    vi.spyOn(host.identity, "unlock").mockResolvedValue();
    await user.type(screen.getByLabelText("Path of the file"), "/tmp/boulder.toml{Enter}");
    const told = await screen.findByText(/Boulder was added\. What was saved here is from another institution/);
    await waitFor(() => expect(document.activeElement).toBe(told));
    expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
  });

  test("leaving the file goes back to where it was chosen", async () => {
    const user = userEvent.setup();
    open("institution-broken");
    await user.click(await screen.findByRole("button", { name: "Add an institution from a file" }));
    await user.click(screen.getByRole("button", { name: "Back" }));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Add an institution from a file" })));
    expect(memory.asked.some(({ command }) => command === "addFromFile")).toBe(false);
  });
});
