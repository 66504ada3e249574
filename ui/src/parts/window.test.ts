import { expect, test } from "vitest";
import { lockup } from "./address";
import { HEADING, heightOf, ROW, rowAt, scrollTo, seen, step, topOf } from "./window";

const headings = [0, 5, 9];

test("rows lie below their heading, one under the other", () => {
  expect(topOf(0, headings)).toBe(HEADING);
  expect(topOf(5, headings)).toBe(5 * ROW + 2 * HEADING);
  expect(heightOf(100_000, headings)).toBe(100_000 * ROW + 3 * HEADING);
});

test("every height finds the row that lies there", () => {
  for (let index = 0; index < 20; index++) {
    const top = topOf(index, headings);
    expect(rowAt(top, 20, headings), `top of ${index}`).toBe(index);
    expect(rowAt(top + ROW - 1, 20, headings), `foot of ${index}`).toBe(index);
  }
  expect(rowAt(topOf(5, headings) - 1, 20, headings), "a heading belongs to the row below").toBe(5);
  expect(rowAt(1e9, 20, headings)).toBe(19);
});

test("100,000 rows draw a few dozen", () => {
  const { start, end } = seen(3_000_000, 700, 100_000, headings);
  expect(end - start).toBeLessThan(30);
  expect(topOf(start, headings)).toBeLessThanOrEqual(3_000_000);
  expect(seen(0, 700, 0, [])).toEqual({ start: 0, end: 0 });
});

test("scrolling moves as little as shows the row, clear of what covers the top", () => {
  expect(scrollTo(3, 0, 700, [])).toBe(0);
  expect(scrollTo(20, 0, 700, [])).toBe(21 * ROW - 700);
  expect(scrollTo(10, 2000, 700, [], HEADING)).toBe(10 * ROW - HEADING);
});

test("keys stop at both ends", () => {
  expect(step("ArrowUp", 0, 10, 5)).toBe(0);
  expect(step("PageDown", 8, 10, 5)).toBe(9);
  expect(step("End", 0, 100_000, 5)).toBe(99_999);
  expect(step("a", 0, 10, 5)).toBeNull();
  expect(step("ArrowDown", 0, 0, 5), "an empty list").toBeNull();
});

test("an address splits at its last @, and a username not at all", () => {
  expect(lockup("enquiries@earth.example.edu")).toEqual({ local: "enquiries", domain: "@earth.example.edu" });
  expect(lockup('"a@b"@example.edu')).toEqual({ local: '"a@b"', domain: "@example.edu" });
  expect(lockup("@odd")).toEqual({ local: "@odd", domain: "" });
  expect(lockup("eart-labdata")).toEqual({ local: "eart-labdata", domain: "" });
});
