import { beforeEach, expect, test } from "vitest";
import { speak } from ".";
import { age } from "./ages";
import { civilDay, dayAndTime, partialDate, time } from "./dates";
import { size, sizeOf } from "./sizes";

const oxford = { locale: "en-GB", timeZone: "Europe/London" } as const;
const boulder = { locale: "en-US", timeZone: "America/Denver" } as const;
const now = Date.parse("2026-11-19T14:42:00Z");
const before = (ms: number) => new Date(now - ms).toISOString();

beforeEach(() => void speak("en-GB"));

test("an age is relative for a day and a date after it", () => {
  expect(age(before(20_000), now, oxford)).toBe("just now");
  expect(age(before(2 * 60_000), now, oxford)).toBe("2 min ago");
  expect(age(before(23 * 3_600_000), now, oxford)).toBe("23 h ago");
  expect(age(before(24 * 3_600_000), now, oxford)).toBe("on 18 November, 14:42");
});

test("a server a little ahead of this clock is just now, one far ahead gets its date", () => {
  expect(age(before(-30_000), now, oxford), "half a minute ahead").toBe("just now");
  expect(age(before(-3 * 86_400_000), now, oxford), "days ahead is no age").toContain("22 November");
});

test("what is no moment is not read yet, never a wrong age", () => {
  expect(age("soon", now, oxford)).toBe("not read yet");
  expect(age(null, now, oxford)).toBe("not read yet");
});

test("dates and times follow the institution's English and its zone", () => {
  expect(dayAndTime(now, now, oxford)).toBe("19 November, 14:42");
  expect(dayAndTime(now, now, boulder).replace("\u202f", " ")).toBe("November 19, 7:42 AM");
  expect(time(Date.parse("2026-11-19T06:00:00Z"), oxford)).toBe("06:00");
});

test("a calendar day is the same day in every zone, with its year where that differs", () => {
  expect(civilDay("2026-12-04", now, boulder)).toBe("December 4");
  expect(civilDay("2026-12-04", now, oxford, "short")).toBe("4 Dec");
  expect(civilDay("2027-07-31", now, oxford)).toBe("31 July 2027");
  expect(civilDay("next week", now, oxford), "what is no date is shown as it came").toBe("next week");
});

test("a source's date says no more than the source", () => {
  expect(partialDate("2013", now, oxford)).toBe("2013");
  expect(partialDate("2021-05", now, oxford)).toBe("May 2021");
  expect(partialDate("2026-11", now, boulder), "the year stays, for a month alone says little").toBe("November 2026");
  expect(partialDate("2026-11-22", now, oxford)).toBe("22 November");
  expect(partialDate("2021-13", now, oxford), "no such month").toBe("2021-13");
});

test("an unknown zone falls back to this computer's", () => {
  expect(() => dayAndTime(now, now, { locale: "en-GB", timeZone: "Mars/Olympus" })).not.toThrow();
});

test("sizes say the unit once where both share it", () => {
  const GB = 1024 ** 3;
  expect(sizeOf(12.4 * GB, 50 * GB, "en-GB")).toEqual({ used: "12.4", quota: "50 GB" });
  expect(sizeOf(300 * 1024 ** 2, 50 * GB, "en-GB")).toEqual({ used: "300 MB", quota: "50 GB" });
  expect(size(0, "en-GB")).toBe("0 bytes");
});
