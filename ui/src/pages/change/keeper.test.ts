import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RequestForm } from "../../host/bindings/RequestForm";
import { memory } from "../../host/memory";
import { begin, saved } from "../../test-screen";
import { Keeper, type Keepable } from "./keeper.svelte";

beforeEach(() => {
  begin();
  memory.set("owner");
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

/** A form of which only the line for whoever decides is typed. */
function form(): Keepable & { note: string } {
  const blank: RequestForm = { id: null, kind: "change-access", account: "a-enquiries", changes: [], owner: null, accountKind: null, username: "", displayName: "", begins: "", ends: "", policyAccepted: false, answers: {}, note: "", unsorted: [], typedNames: { access: "", owner: "" } };
  return { id: null, waiting: false, note: "", whole() { return { ...blank, id: this.id, note: this.note }; } };
}

/** Types one letter after the other, `apart` milliseconds between two. */
async function type(to: { note: string }, keeper: Keeper, letters: number, apart: number) {
  for (let at = 0; at < letters; at++) {
    to.note += "x";
    keeper.touched();
    await vi.advanceTimersByTimeAsync(apart);
  }
}

test("whoever types without a pause loses no more than the last two seconds", async () => {
  const typed = form();
  const keeper = new Keeper(typed);
  await type(typed, keeper, 45, 200);
  const kept = saved().at(-1)?.note.length ?? 0;
  expect(kept, "of 9 seconds, at a letter each 200 ms").toBeGreaterThanOrEqual(34);
  expect(saved().length, "and not with each letter").toBeLessThan(6);
});

test("a pause keeps it sooner, and the next wait begins with the next letter", async () => {
  const typed = form();
  const keeper = new Keeper(typed);
  await type(typed, keeper, 1, 800);
  expect(saved().map(({ note }) => note.length)).toEqual([1]);
  await vi.advanceTimersByTimeAsync(10_000);
  await type(typed, keeper, 2, 300);
  expect(saved(), "what was kept long ago does not hurry it").toHaveLength(1);
  await vi.advanceTimersByTimeAsync(700);
  expect(saved().map(({ note }) => note.length)).toEqual([1, 3]);
});
