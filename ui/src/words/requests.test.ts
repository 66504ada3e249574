import { describe, expect, test } from "vitest";
import type { RequestStatus } from "../host/bindings/RequestStatus";
import { NOW } from "../host/memory/accounts";
import { oxford } from "../host/memory/profiles";
import { statusSentence, statusWords } from "./requests";

const place = { locale: "en-GB", timeZone: "Europe/London" } as const;

describe("every status has one meaning", () => {
  const reference = "RQ-1";
  const all: [RequestStatus, string, RegExp][] = [
    [{ status: "draft" }, "Draft on this computer", /on this computer only\. Nothing was sent/],
    [{ status: "waiting-for-connection" }, "Waiting for connection", /^Saved on this computer, not sent\. Goes when this program is open and connected\.$/],
    [{ status: "not-known" }, "Not known whether it arrived", /no answer says whether it arrived/],
    [{ status: "conflict" }, "Not sent: changed meanwhile", /The account changed after you wrote it\. Nothing of this was taken/],
    [{ status: "not-taken", reason: "Closed." }, "Not taken by the Service Desk", /took nothing of it and said: “Closed\.”/],
    [{ status: "taken-in-part", reference, lacks: true, ended: false, seenAt: null }, "Taken in part, RQ-1", /took less than was sent/],
    [{ status: "taken-in-part", reference, lacks: false, ended: false, seenAt: null }, "Taken with more than was sent, RQ-1", /with more than was sent\. Ask the Service Desk/],
    [{ status: "taken-in-part", reference, lacks: true, ended: true, seenAt: null }, "Taken in part, RQ-1", /says it is done, and took less than was sent\. For the rest, send another request/],
    [{ status: "taken-in-part", reference, lacks: true, ended: true, seenAt: "2026-11-18T14:20:00Z" }, "Taken in part, RQ-1", /took of it was seen in the record on 18 November, 14:20\. For the rest/],
    [{ status: "with-desk", reference }, "Sent, RQ-1: with the Service Desk", /arrived as RQ-1\. Somebody at the Service Desk has to decide/],
    [{ status: "being-applied", reference, since: "2026-11-19T14:20:00Z", by: "2026-11-19T15:20:00Z" }, "Being applied, expected by 15:20", /agreed at 14:20.*usually by 15:20\. It is 14:42\./],
    [{ status: "said-done", reference, at: "2026-11-19T14:20:00Z" }, "They say it is done", /says it is done \(told at 14:20\)\. It has not been seen in the record yet/],
    [{ status: "checked-working", reference, seenAt: "2026-11-18T14:20:00Z", tried: false }, "Checked working", /Seen in the record on 18 November, 14:20, as it was asked for/],
    [{ status: "refused", reference, reason: "" }, "Refused", /refused it and gave no reason/],
    [{ status: "withdrawn", reference }, "Withdrawn", /Nothing of it was carried out/],
    [{ status: "no-longer-known", reference, since: "2026-11-18T14:20:00Z", lookedAt: "2026-11-19T14:20:00Z" }, "No longer known to the Service Desk", /gave it the reference RQ-1, and has said since 18 November, 14:20 that it has no such request\. It was asked last at 14:20\. What became of it is not known/],
  ];

  test.each(all)("$status", (status, words, sentence) => {
    expect(statusWords(status, oxford, NOW, place)).toBe(words);
    expect(statusSentence(status, oxford, NOW, place)).toMatch(sentence);
  });

  test("once its usual time has come it is not said to be ahead", () => {
    const status: RequestStatus = { status: "being-applied", reference, since: "2026-11-19T14:20:00Z", by: "2026-11-19T14:42:00Z" };
    expect(statusSentence(status, oxford, NOW, place)).toMatch(/usually takes effect by 14:42\. It is 14:42, and nothing shows it yet/);
  });

  test("what waits for a connection names whoever has to be on the screen, where that may be somebody else", () => {
    const waits = (keeps: boolean, among: string | null) => statusSentence({ status: "waiting-for-connection" }, oxford, NOW, place, "record", { keeps, among });
    expect(waits(true, null)).not.toContain("screen");
    expect(waits(true, "Jo Ferrand")).toMatch(/Goes when this program is open and connected, with Jo Ferrand on the screen\.$/);
    expect(waits(false, "Jo Ferrand")).toMatch(/^Not sent\. Goes when this program is connected and Jo Ferrand is on the screen, as long as it stays open\. Nothing is kept here/);
  });

  test("nothing that exists only on this computer is called sent", () => {
    for (const [status] of all.slice(0, 2)) {
      const said = `${statusWords(status, oxford, NOW, place)} ${statusSentence(status, oxford, NOW, place)}`;
      expect(said.replace(/not sent|nothing was sent/gi, "")).not.toMatch(/\b(sent|arrived)\b/i);
    }
  });

  test("a desk that cannot be searched is not said to be asked before anything is sent again", () => {
    const said = (again: "may" | "said" | null) => statusSentence({ status: "not-known" }, oxford, NOW, place, "record", { keeps: true, among: null, again });
    expect(said("said")).toMatch(/It is sent again as soon as the Service Desk can be reached/);
    const refused = (reason: string) => statusSentence({ status: "not-taken", reason }, oxford, NOW, place, "record", { keeps: true, among: null, unsure: true, asks: true });
    expect(refused("Taken.")).toMatch(/A try to send it got no answer.*ask there.*The last try was not taken: “Taken\.”/);
    expect(refused(""), "nothing is said to have been taken or not of the first").not.toMatch(/took nothing/);
    const draft = (asks: boolean) => statusSentence({ status: "draft" }, oxford, NOW, place, "record", { keeps: true, among: null, unsure: true, asks });
    expect([draft(true), draft(false)]).toEqual([expect.stringMatching(/cannot be searched from here: ask there/), expect.stringMatching(/is asked again before anything is sent/)]);
    expect(said("may")).toMatch(/cannot be searched from here, so it is not sent again by itself/);
    expect(said("may")).not.toMatch(/is asked for it/);
    expect(said(null)).toMatch(/is asked for it before anything is sent again/);
  });

  test("what may be at the desk after a try without an answer is not called unsent", () => {
    for (const status of [{ status: "draft" }, { status: "conflict" }, { status: "not-allowed", why: "not-yours" }, { status: "waiting-for-connection" }] as RequestStatus[]) {
      const said = statusSentence(status, oxford, NOW, place, "record", { keeps: true, among: null, unsure: true });
      expect(said).toMatch(/^A try to send it got no answer/);
      expect(said).not.toMatch(/nothing was sent|not sent/i);
    }
  });

  test("each way to be shown has its own sentence", () => {
    const status: RequestStatus = { status: "said-done", reference: "RQ-1", at: "2026-11-19T14:20:00Z" };
    const sentences = (["record", "tried", "word", "answer"] as const).map((shown) => statusSentence(status, oxford, NOW, place, shown));
    expect(new Set(sentences).size).toBe(4);
  });
});
