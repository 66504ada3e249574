import { screen } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import { host } from "../host";
import { asked, begin, open } from "../test-screen";
import { tell } from "./notices";

beforeEach(begin);

async function row() {
  open("requests", "#/");
  await screen.findByRole("heading", { name: "What do you need to know?" });
  const found = (await host.requests.list("open")).rows.find(({ status }) => status.status === "being-applied");
  if (!found) throw new Error("the scenario has one");
  return found;
}

test("a request that moved on is told of, with its account and how far", async () => {
  const moved = await row();
  tell(moved);
  const [notice] = asked("notify") as { title: string; body: string }[];
  expect(notice?.title).not.toBe("");
  expect(notice?.body.startsWith(`${moved.label}: `)).toBe(true);
});

test("nothing is told of what only waits", async () => {
  const moved = await row();
  tell({ ...moved, status: { status: "with-desk", reference: "RQ-1" } });
  expect(asked("notify")).toEqual([]);
});
