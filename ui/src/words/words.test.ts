import { describe, expect, test } from "vitest";
import type { Outcome } from "../host/bindings/Outcome";
import { oxford } from "../host/memory/profiles";
import { changeWords } from "./changes";
import { m, speak } from ".";
import { outcomeWords } from "./outcomes";
import { problemWords } from "./problems";
import britishWords from "./en-GB.json";
import americanWords from "./en-US.json";
import { leaving } from "./rows";

const british: Record<string, unknown> = britishWords;
const american: Record<string, unknown> = americanWords;
const place = { locale: "en-GB", timeZone: "Europe/London" } as const;
const now = Date.parse("2026-11-19T14:42:00Z");

test("American English says only what differs, and nothing that does not exist", () => {
  for (const [key, words] of Object.entries(american)) {
    if (key === "$schema") continue;
    expect(british, key).toHaveProperty(key);
    expect(words, `${key} says the same in both`).not.toEqual(british[key]);
  }
});

test("each English has its own spelling", () => {
  speak("en-US");
  expect(m.set_colours()).toBe("Colors");
  speak("en-GB");
  expect(m.set_colours()).toBe("Colours");
});

test("no word promises, begs or shouts", () => {
  const all = JSON.stringify(british) + JSON.stringify(american);
  for (const word of [/\bplease\b/i, /\bsimply\b/i, /\bsuccess/i, /!"/]) expect(all).not.toMatch(word);
});

describe("outcomes", () => {
  const all: Outcome[] = ["nothing", "reads-cannot-send", "reads-and-writes-as", "reads-and-writes-on-behalf", "reads-and-writes-as-both", "sends-cannot-read", "opens-nothing", "books", "approves-bookings"];

  test("each has its own sentence", () => {
    expect(new Set(all.map((outcome) => outcomeWords(outcome, "Jo Ferrand").text)).size).toBe(all.length);
  });

  test("only what does not do what somebody wanted is marked", () => {
    expect(all.filter((outcome) => outcomeWords(outcome, "Jo").warn)).toEqual(["sends-cannot-read", "opens-nothing"]);
  });

  test("on behalf names the person, however odd the name", () => {
    expect(outcomeWords("reads-and-writes-on-behalf", "  Jo   Ferrand").text).toContain("“Jo on behalf of”");
    expect(outcomeWords("reads-and-writes-on-behalf", "").text).toContain("on behalf of");
  });
});

test("every problem says what happened and what to do, and when to try again", () => {
  expect(problemWords({ code: "later", retryAfter: 30 }).next).toContain("30 s");
  expect(problemWords({ code: "no-answer", retryAfter: null }).what).toBe("No answer");
  expect(problemWords({ code: "from-a-newer-program" as "internal", retryAfter: null }).what, "an unknown code still has words").toBe("This program made a mistake");
});

test("leaving and having left are told apart, and not known is neither", () => {
  const person = { id: "p", name: "Idris", username: null, unit: null, leavesOn: null, hasLeft: false };
  expect(leaving(person, now, place)).toBeNull();
  expect(leaving({ ...person, leavesOn: "2026-12-04" }, now, place)).toMatchObject({ text: "Leaves 4 December", left: false });
  expect(leaving({ ...person, hasLeft: true }, now, place)).toMatchObject({ text: "Has left", left: true });
});

test("changes name rights in the institution's words, and unknown ones in the directory's", () => {
  const words = changeWords({ what: "rights-changed", name: "Jo", added: ["send-as", "SuperRight"], removed: [] }, oxford);
  expect(words).toBe("Jo gained Send as and SuperRight");
});
