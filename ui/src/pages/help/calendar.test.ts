import { screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import { address } from "../../frame/route";
import { expectAccessible } from "../../test-axe";
import { begin, open } from "../../test-screen";
import { CHANGE, saved, write } from "../change/test-form";

const TITLE = "How to share only a calendar";

beforeEach(begin);

test("the form for access leads to the guide, keeps what was written, and is led back to", async () => {
  const user = await write();
  await user.click(screen.getByRole("checkbox", { name: "Jo Ferrand: Send as it" }));
  await user.click(screen.getByRole("link", { name: TITLE }));
  await screen.findByRole("heading", { level: 1, name: TITLE });
  await waitFor(() => expect(saved().at(-1)?.changes.map(({ to }) => to.name)).toEqual(["Jo Ferrand"]));
  const back = screen.getByRole("link", { name: "Back to the form" });
  expect(back.getAttribute("href")).toBe(CHANGE);
  await user.click(back);
  expect(((await screen.findByRole("checkbox", { name: "Jo Ferrand: Send as it" })) as HTMLInputElement).checked, "as it was left").toBe(false);
});

test("the guide says who can do it, the steps in their order, what is seen, and what is not recorded", async () => {
  open("owner", "#/help/calendar");
  const heading = await screen.findByRole("heading", { level: 1, name: TITLE });
  await waitFor(() => expect(document.activeElement).toBe(heading));
  expect(screen.getByText("The owner, or a delegate with full access.")).toBeTruthy();
  const steps = within(screen.getByRole("list", { name: "The steps" })).getAllByRole("listitem");
  expect(steps.map(({ textContent }) => textContent)).toEqual(["Open the mailbox on the web.", "Go to its calendar.", "Choose Sharing and permissions.", "Enter the person, and choose Share."]);
  expect(screen.getByText("Can view all details")).toBeTruthy();
  expect(screen.getByText("None of the mailbox's mail.")).toBeTruthy();
  expect(screen.getByText(/the record does not have it/)).toBeTruthy();
  expect(screen.getByText("Secondary accounts: guide for members"), "where it comes from").toBeTruthy();
  await expectAccessible();
});

test("Help leads to it, and Escape leads back to Help", async () => {
  const user = userEvent.setup();
  open("owner", "#/help");
  await user.click(await screen.findByRole("link", { name: TITLE }));
  await screen.findByRole("heading", { level: 1, name: TITLE });
  await user.keyboard("{Escape}");
  await screen.findByRole("heading", { level: 1, name: "Help and contacts" });
  expect(address(navigation.route)).toBe("#/help");
});

test("an institution whose mail system is not said to share calendars has no guide", async () => {
  open("without-desk", "#/help/calendar");
  await screen.findByRole("heading", { level: 1, name: "Help and contacts" });
  expect(screen.queryByText(TITLE)).toBeNull();
});
