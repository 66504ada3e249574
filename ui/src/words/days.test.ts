import { expect, test } from "vitest";
import { exampleDay, isDay, readDay, wholeDay } from "./days";

test.each([
  ["31 January 2028", "2028-01-31"],
  ["31 jan 2028", "2028-01-31"],
  ["Monday 31st of January, 2028", "2028-01-31"],
  ["January 31, 2028", "2028-01-31"],
  ["2028-1-31", "2028-01-31"],
  ["31/01/2028", "2028-01-31"],
  ["31.1.2028", "2028-01-31"],
  ["29 February 2028", "2028-02-29"],
  ["29 February 2027", null],
  ["31 June 2028", null],
  ["01/31/2028", null],
  ["31 January", null],
  ["31 January 28", null],
  ["2028", null],
  ["soon", null],
  ["ma 3 2028", null],
  ["j 3 2028", null],
  ["", null],
  ["1/2/3/2028", null],
] as const)("%s is read as %s in Britain", (typed, day) => expect(readDay(typed, "en-GB")).toBe(day));

test.each([
  ["2028-02-29", true],
  ["2027-02-29", false],
  ["2027-13-01", false],
  ["2027-01-32", false],
  ["2027-1-31", false],
  ["-2027-01-31", false],
  ["soon", false],
  ["", false],
] as const)("%s is a day of the calendar: %s", (text, is) => expect(isDay(text)).toBe(is));

test("numbers alone are read in the order of the place", () => {
  expect(readDay("02/03/2028", "en-GB")).toBe("2028-03-02");
  expect(readDay("02/03/2028", "en-US")).toBe("2028-02-03");
});

test("what a day is shown as is read as that day", () => {
  for (const locale of ["en-GB", "en-US"] as const) {
    expect(readDay(exampleDay(locale), locale)).toBe("2028-01-31");
    expect(readDay(wholeDay("2028-02-29", locale, true), locale)).toBe("2028-02-29");
  }
});
