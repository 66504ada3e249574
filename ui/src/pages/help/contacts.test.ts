import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { memory } from "../../host/memory";
import type { Contact } from "../../host/bindings/Contact";
import { oxford } from "../../host/memory/profiles";
import { asked, begin } from "../../test-screen";
import Help from "./Help.svelte";

beforeEach(begin);

/** Help with one contact for people without a sign-on, whose page is `web`. */
function help(web: string | null, practising = false) {
  memory.set("owner");
  const contact: Contact = { name: "Service Desk, without SSO", about: "For people who cannot sign in.", hours: null, phone: null, email: null, web, how: null, withoutSignOn: true };
  render(Help, { institution: { ...oxford, contacts: [contact] }, practising });
}

test("an address that the institution gives is a link, and so is the form of the practice campus on this computer", async () => {
  const user = userEvent.setup();
  help("http://127.0.0.1:4711/contact");
  await user.click(screen.getByRole("link", { name: "Open the practice form" }));
  await waitFor(() => expect(asked("openLink")).toEqual(["http://127.0.0.1:4711/contact"]));
  begin();
  help("https://it.example.edu/contact");
  expect(screen.getByRole("link", { name: "Open it.example.edu" })).toBeTruthy();
});

test.each(["http://it.example.edu/contact", "http://127.0.0.1.example.edu/", "javascript:alert(1)", "no address", null])("%s is no link", (web) => {
  help(web);
  expect(screen.queryByRole("link", { name: /^Open/ })).toBeNull();
});

test("before the practice campus runs, it is said where its form is", () => {
  help(null, true);
  expect(screen.getByText(/the sign-in page leads to a form for this/)).toBeTruthy();
});
