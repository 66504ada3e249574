import { screen, waitFor } from "@testing-library/svelte";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import { expect } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import { open } from "../../test-screen";

export { saved } from "../../test-screen";

/** A form with its heading there. */
export async function write(hash: string, heading: RegExp | string, scenario = "owner"): Promise<UserEvent> {
  const user = userEvent.setup();
  open(scenario, hash);
  const there = await screen.findByRole("heading", { level: 1, name: heading });
  await waitFor(() => expect(document.activeElement, "the heading is read out first").toBe(there));
  return user;
}

/** Goes by Tab alone to what `find` finds. */
export async function tabTo(user: UserEvent, find: () => Element): Promise<void> {
  for (let steps = 0; steps < 80; steps++) {
    if (document.activeElement === find()) return;
    await user.tab();
  }
  throw new Error(`Tab does not reach ${find().outerHTML.slice(0, 120)}`);
}

export const field = (name: string | RegExp) => screen.getByLabelText(name, { selector: "input, textarea, select" });

/** Types into a field that Tab leads to. */
export async function type(user: UserEvent, name: string | RegExp, text: string): Promise<void> {
  await tabTo(user, () => field(name));
  await user.keyboard(text);
}

/** Finds somebody by keys alone. */
export async function choose(user: UserEvent, combobox: string | RegExp, typed: string, name: RegExp): Promise<void> {
  await tabTo(user, () => screen.getByRole("combobox", { name: combobox }));
  await user.keyboard(typed);
  await screen.findByRole("option", { name });
  await user.keyboard("{ArrowDown}{Enter}");
}

export async function press(user: UserEvent, role: "button" | "radio" | "checkbox", name: string | RegExp): Promise<void> {
  const one = screen.getByRole(role, { name });
  if (role === "radio") {
    // Arrow keys choose within a group, which the test's document does not know: the space bar does too.
    one.focus();
  } else await tabTo(user, () => one);
  await user.keyboard(role === "button" ? "{Enter}" : " ");
}

/** Goes on to the check page, which has to come. */
export async function onward(user: UserEvent): Promise<void> {
  await press(user, "button", "Continue");
  await screen.findByRole("heading", { level: 1, name: "Check before you send" });
  await screen.findByRole("complementary", { name: "What follows" });
  expect(address(navigation.route)).toMatch(/^#\/requests\/r-\d+\/check$/);
}

/** The errors on top, as they are told. */
export async function told(user: UserEvent): Promise<string[]> {
  await user.click(screen.getByRole("button", { name: "Continue" }));
  const summary = await screen.findByRole("alert");
  await waitFor(() => expect(document.activeElement).toBe(summary));
  return [...summary.querySelectorAll("a")].map(({ textContent }) => textContent ?? "");
}
