import { screen } from "@testing-library/svelte";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import { open } from "../../test-screen";

/** The form of an account that Maren owns. */
export const CHANGE = "#/accounts/a-enquiries/change";

export { saved } from "../../test-screen";

export const finder = () => screen.findByRole("combobox", { name: "Who?" });

/** The form, with its heading there. */
export async function write(scenario = "owner", hash = CHANGE): Promise<UserEvent> {
  const user = userEvent.setup();
  open(scenario, hash);
  await screen.findByRole("heading", { level: 1, name: /Change who has access to enquiries/ });
  return user;
}

export async function add(user: UserEvent, typed: string, name: string) {
  await user.type(await finder(), typed);
  await user.click(await screen.findByRole("option", { name: new RegExp(name) }));
}

export async function paste(user: UserEvent, text: string) {
  await user.click(await finder());
  await user.paste(text);
}
