import { describe, expect, test } from "vitest";
import type { Outcome } from "../host/bindings/Outcome";
import type { ProblemCode } from "../host/bindings/ProblemCode";
import { oxford } from "../host/memory/profiles";
import { changeWords } from "./changes";
import { m, speak } from ".";
import { outcomeWords } from "./outcomes";
import { problemWords } from "./problems";
import britishWords from "./en-GB.json";
import americanWords from "./en-US.json";
import { progressWords, unreadWords } from "./progress";
import { mfaWords, signInShort } from "./sign-in";
import { attentionWords, dateWords } from "./attention";
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
  // What a desk says is told as its saying.
  const said = all.replace(/\{\w+\}/g, "").replace(/\bsays? it is done\b/gi, "");
  for (const word of [/\bplease\b/i, /\bsimply\b/i, /\bsuccess/i, /\bcompleted?\b/i, /\bdone\b/i, /\brevoked?\b/i, /!"/]) expect(said).not.toMatch(word);
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

describe("problems", () => {
  const codes: Record<ProblemCode, true> = {
    "no-answer": true, "still-on-its-way": true, later: true, "not-usable": true, "too-large": true, redirected: true, "pages-do-not-end": true, refused: true, "desk-refused": true, "desk-forbidden": true, "desk-not-found": true, "not-searchable": true, "signed-out": true,
    "profile-fault": true, "not-supplied": true, denied: true, "timed-out": true, "somebody-else": true, "names-another": true, "no-port": true, "not-offered": true, "nobody-named": true, clock: true,
    "practice-did-not-start": true, "unknown-identity": true, "no-such-account": true, "no-such-request": true, "bad-input": true, "keychain-locked": true, "keychain-unreachable": true,
    "key-not-found": true, "wrong-passphrase": true, "store-held": true, "store-trouble": true, "broken-profile": true, cancelled: true, internal: true, "no-certificates": true, "insufficient-scope": true,
  };
  const bare = { retryAfter: null, profile: null, said: null };

  test("every one says what happened and what to do, each in its own words", () => {
    const told = Object.keys(codes).map((code) => problemWords({ ...bare, code: code as ProblemCode }));
    expect(new Set(told.map(({ what, next }) => `${what} ${next}`)).size).toBe(told.length);
    for (const { what, next } of told) {
      expect(what).toMatch(/^[A-Z].*[^.]$/);
      expect(next, what).toMatch(/^[A-Z].{20,}\.$/);
    }
  });

  test.each([[1, "one second"], [30, "30 seconds"], [89, "89 seconds"], [90, "2 minutes"], [600, "10 minutes"], [5341, "2 hours"], [86_400, "24 hours"]])("a wait of %i s is told as %s", (retryAfter, told) => {
    const { next } = problemWords({ ...bare, code: "later", retryAfter });
    expect(next).toMatch(new RegExp(` It asked for a wait of ${told}\\.$`));
  });

  test("no wait is told where the server asks for none", () => {
    for (const retryAfter of [0, null]) expect(problemWords({ ...bare, code: "later", retryAfter }).next).not.toContain("asked for a wait");
  });

  test("what goes by itself asks for no other try", () => {
    expect(problemWords({ ...bare, code: "later", retryAfter: 600 }, "sending").next).not.toContain("Try again");
  });

  test("a count and a list that differ took nothing away", () => {
    expect(problemWords({ ...bare, code: "pages-do-not-end" }).next).toMatch(/^The directory’s count and its list differ, so nothing was removed here\./);
  });

  test("a broken file is told by place, fault and remedy", () => {
    const profile = { file: "/tmp/campus.toml", line: 12, wrong: "`offline-days` is 0", right: "1 or more" };
    expect(problemWords({ ...bare, code: "broken-profile", profile }).next).toMatch(/^\/tmp\/campus\.toml, line 12: `offline-days` is 0\. Right would be 1 or more\. /);
    expect(problemWords({ ...bare, code: "broken-profile", profile: { ...profile, line: null } }).next).toMatch(/^\/tmp\/campus\.toml: /);
  });

  test("a code from a newer program still has words", () => {
    expect(problemWords({ ...bare, code: "from-a-newer-program" as "internal" }).what).toBe("This program made a mistake");
  });
});

test("leaving and having left are told apart, and not known is neither", () => {
  const person = { id: "p", name: "Idris", username: null, unit: null, leavesOn: null, hasLeft: false };
  expect(leaving(person, now, place)).toBeNull();
  expect(leaving({ ...person, leavesOn: "2026-12-04" }, now, place)).toMatchObject({ text: "Leaves 4 December", left: false });
  expect(leaving({ ...person, leavesOn: "2028-09-30" }, now, place), "years ahead is no news").toBeNull();
  expect(leaving({ ...person, hasLeft: true }, now, place)).toMatchObject({ text: "Has left", left: true });
});

test("changes name rights in the institution's words, and unknown ones in the directory's", () => {
  const words = changeWords({ what: "rights-changed", name: "Jo", added: ["send-as", "SuperRight"], removed: [] }, oxford);
  expect(words).toBe("Jo gained Send as and SuperRight");
});

describe("before the record was once read to its end", () => {
  const never = { readAt: null, progress: null, fullReadOnly: false, unreadable: 0, problem: null };

  test("a reading says how far it is, as far as that is known", () => {
    expect(progressWords({ done: 40_000, total: 100_000 }, "en-GB")).toBe("40,000 of 100,000");
    expect(progressWords({ done: 40, total: null }, "en-GB")).toBe("40 so far");
    expect(unreadWords({ ...never, state: "checking", progress: { done: 40, total: 90 } }, "en-GB")).toBe("Your accounts are being read: 40 of 90.");
    expect(unreadWords({ ...never, state: "checking" }, "en-GB")).toBe("Your accounts are being read.");
  });

  test.each(["offline", "trouble", "signed-out", "up-to-date"] as const)("%s without any reading is said to be one", (state) => {
    expect(unreadWords({ ...never, state }, "en-GB")).toBe("Your accounts have still to be read.");
    expect(unreadWords({ ...never, state, readAt: "2026-11-19T14:40:00Z" }, "en-GB")).toBeNull();
  });
});

test("an end that has passed is said as past", () => {
  const ends = (by: string) => ({ kind: "expires", by }) as const;
  expect(attentionWords(ends("2027-01-10"), now).heading).toBe("This account ends");
  expect(attentionWords(ends("2026-10-12"), now).heading).toBe("This account has ended");
  expect(dateWords(ends("2026-10-12"), "12 October", now)).toBe("since 12 October");
});

test("a sign-in that is switched off is not taken for one that there never is", () => {
  const off = { enabled: false, mfa: "off" } as const;
  expect(signInShort(off, true)).toMatch(/switched off/);
  expect(mfaWords(off, true)).toMatch(/switched off/);
  expect(signInShort(off, false)).toMatch(/^No password of its own/);
  expect(mfaWords(off, false)).toMatch(/^Not concerned/);
  expect(mfaWords(off, undefined), "a kind that is not known").toMatch(/^No password opens it now/);
});

test("where there is a password a second factor is concerned, whatever the record says", () => {
  const odd = { enabled: true, mfa: "not-concerned" } as const;
  expect(signInShort(odd, true)).toMatch(/does not say whether a second factor/);
  expect(mfaWords(odd, true)).toMatch(/^Not known/);
});
