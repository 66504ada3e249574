/** What is typed about a request stays until it is sent, wherever one looks meanwhile. */
import { screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { navigation } from "../../frame/navigation.svelte";
import { memory } from "../../host/memory";
import { asked, begin, open } from "../../test-screen";
import { follow, idOf } from "./test-requests";
import { forgetUnsent } from "./unsent.svelte";

beforeEach(begin);

const field = (name: string) => screen.findByRole("textbox", { name }) as Promise<HTMLTextAreaElement>;
const look = (id: string | null) => navigation.go({ page: "requests", id, step: null });

/** A request of the reader's own with a question to answer. */
async function questioned() {
  const { user, id } = await follow("with-desk");
  const one = memory.desk.find(id);
  one.status = { status: "needs-answer", reference: "RQ-20440", question: "Until when?" };
  memory.tell("requests-changed", null);
  await screen.findByRole("heading", { name: "They ask" });
  return { user, id };
}

test("an answer is there again after a look at another request, and at another page", async () => {
  const { user, id } = await questioned();
  await user.type(await field("Your answer"), "Until the end of term.");
  look(idOf("being-applied"));
  await waitFor(() => expect(screen.queryByRole("textbox", { name: "Your answer" })).toBeNull());
  look(id);
  expect((await field("Your answer")).value).toBe("Until the end of term.");
  navigation.go({ page: "home" });
  await waitFor(() => expect(screen.queryByRole("textbox", { name: "Your answer" })).toBeNull());
  look(id);
  expect((await field("Your answer")).value).toBe("Until the end of term.");
  await user.click(screen.getByRole("button", { name: "Send the answer" }));
  await waitFor(() => expect(asked("say")).toEqual([{ id, text: "Until the end of term." }]));
});

test("what arrived is typed no more, and what did not arrive stays", async () => {
  const { user, id } = await questioned();
  await user.type(await field("Your answer"), "Until the end of term.");
  memory.refuse("say", { code: "no-answer", message: "", retryAfter: null, profile: null, said: null });
  await user.click(screen.getByRole("button", { name: "Send the answer" }));
  await screen.findByRole("alert");
  expect((await field("Your answer")).value).toBe("Until the end of term.");
  memory.relent("say");
  await user.click(screen.getByRole("button", { name: "Send the answer" }));
  await waitFor(() => expect(screen.queryByRole("textbox", { name: "Your answer" })).toBeNull());
  memory.desk.find(id).status = { status: "needs-answer", reference: "RQ-20440", question: "Of which year?" };
  memory.tell("requests-changed", null);
  expect((await field("Your answer")).value).toBe("");
});

test("an answer is there again after the program was killed, and is kept no longer than it is unsent", async () => {
  const { user, id } = await questioned();
  await user.type(await field("Your answer"), "Until the end of term.");
  await waitFor(() => expect(memory.desk.unsent.get(id)).toBe("Until the end of term."));
  look(null);
  await waitFor(() => expect(screen.queryByRole("textbox", { name: "Your answer" })).toBeNull());
  forgetUnsent();
  look(id);
  await waitFor(async () => expect((await field("Your answer")).value).toBe("Until the end of term."));
  await user.click(screen.getByRole("button", { name: "Send the answer" }));
  await waitFor(() => expect(memory.desk.unsent.get(id)).toBe(""));
});

test("an answer too long to be sent is told at its field, whole, and goes when it fits", async () => {
  const { user, id } = await questioned();
  const answer = await field("Your answer");
  await user.click(answer);
  await user.paste("é".repeat(2001));
  await user.click(screen.getByRole("button", { name: "Send the answer" }));
  expect(await screen.findByText("It is 2001 characters long, and 2000 fit")).toBeTruthy();
  expect(document.activeElement).toBe(answer);
  expect(answer.value, "nothing is cut").toHaveLength(2001);
  await waitFor(() => expect(memory.desk.unsent.get(id)).toHaveLength(2001));
  expect(asked("say")).toEqual([]);
  await user.keyboard("{Backspace}");
  await user.click(screen.getByRole("button", { name: "Send the answer" }));
  await waitFor(() => expect(asked("say")).toEqual([{ id, text: "é".repeat(2000) }]));
});

test("whoever leaves at once leaves it kept", async () => {
  const { user, id } = await questioned();
  await user.type(await field("Your answer"), "x");
  look(null);
  await waitFor(() => expect(screen.queryByRole("textbox", { name: "Your answer" })).toBeNull());
  expect(memory.desk.unsent.get(id)).toBe("x");
});

test("a reason is kept with its own request, and not with another", async () => {
  const user = userEvent.setup();
  open("to-decide", "#/requests");
  await user.click(await screen.findByRole("button", { name: /To decide 2/ }));
  const links = await screen.findAllByRole("link", { name: /Asked by/ });
  await user.click(links[0] as HTMLElement);
  await user.type(await field("Reason or question"), "Ask the head of admissions first.");
  await user.click(links[1] as HTMLElement);
  await waitFor(async () => expect((await field("Reason or question")).value).toBe(""));
  await user.click(links[0] as HTMLElement);
  await waitFor(async () => expect((await field("Reason or question")).value).toBe("Ask the head of admissions first."));
});

test("somebody else's window holds nothing of it", async () => {
  const { user, id } = await questioned();
  await user.type(await field("Your answer"), "Until the end of term.");
  const { start } = memory.scenario;
  if (!start.session) throw new Error("somebody is signed in");
  memory.scenario.start = { ...start, session: { ...start.session, identity: "another" } };
  memory.tell("session-changed", null);
  await waitFor(() => expect(navigation.route.page).toBe("home"));
  // The store is theirs.
  memory.desk.unsent.clear();
  look(id);
  expect((await field("Your answer")).value).toBe("");
  look(null);
  await waitFor(() => expect(screen.queryByRole("textbox", { name: "Your answer" })).toBeNull());
  expect(memory.desk.unsent.get(id), "nothing of the other is written into it").toBeUndefined();
});
