import { m } from ".";
import type { AnswerFault } from "../host/bindings/AnswerFault";
import type { InstitutionView } from "../host/bindings/InstitutionView";
import type { NameFault } from "../host/bindings/NameFault";
import type { PlanFault } from "../host/bindings/PlanFault";
import type { Question } from "../host/bindings/Question";
import { rightNames } from "./changes";
import { exampleDay } from "./days";
import { mayNotWords } from "./may-not";

/** What is wrong with a username. */
export function nameFaultWords(fault: NameFault): string {
  switch (fault.code) {
    case "empty":
      return m.nf_empty();
    case "too-short":
      return m.nf_short({ min: fault.min });
    case "too-long":
      return m.nf_long({ max: fault.max });
    case "not-allowed": {
      const characters = fault.characters.map((one) => (one.trim() === "" ? m.nf_space() : m.nf_character({ one }))).join(", ");
      return fault.looksAlike ? m.nf_alike({ characters }) : m.nf_characters({ characters });
    }
    case "starts-otherwise":
      return m.nf_starts();
    case "other-prefix":
      return m.nf_prefix({ prefix: fault.prefix });
  }
}

/** `help`: what the institution says of the answer that it wants. */
function answerFaultWords(fault: AnswerFault, help: string | null): string {
  switch (fault.code) {
    case "missing":
      return m.ak_er_missing();
    case "too-long":
      return m.ak_er_long({ max: fault.max });
    case "too-small":
      return m.ak_er_small({ min: fault.min });
    case "too-large":
      return m.ak_er_large({ max: fault.max });
    case "not-a-day":
      return m.ak_er_not_a_day();
    case "not-a-number":
      return m.ak_er_not_a_number();
    case "not-allowed":
      return help === null ? m.ak_er_not_allowed() : `${m.ak_er_not_allowed()}. ${help}`;
  }
}

/** What is wrong with the answer to a question, under its name. */
export function ofQuestion(question: string, words: string): string {
  return /[?.!]$/.test(question) ? `${question} ${words.charAt(0).toUpperCase()}${words.slice(1)}` : m.ak_er_answer({ question, fault: words });
}

/** What is in the way of a request, and what to do, without a full stop. */
export function faultWords(fault: PlanFault, institution: InstitutionView, questions: readonly Question[] = []): string {
  const { owner } = institution.words;
  switch (fault.code) {
    case "nothing-changes":
      return m.pf_nothing();
    case "named-twice":
      return m.pf_twice({ name: fault.name });
    case "unknown-right":
      return m.pf_right({ right: rightNames([fault.right], institution) });
    case "is-owner":
      return m.pf_owner({ name: fault.name, owner });
    case "may-not-ask":
      return mayNotWords(fault.why, institution);
    case "too-many-people":
      return m.er_many({ count: fault.count, most: fault.max });
    case "unsorted":
      return m.er_sort({ text: fault.text });
    case "no-owner":
      return m.ak_er_owner({ owner });
    case "no-kind":
      return m.ak_er_kind();
    case "no-display-name":
      return m.ak_er_shown();
    case "display-name-too-long":
      return m.ak_er_shown_long({ max: fault.max });
    case "no-end":
      return m.ak_er_end();
    case "begins-no-day":
      return m.ak_er_day({ field: m.dt_begins(), example: exampleDay(institution.locale) });
    case "ends-no-day":
      return m.ak_er_day({ field: m.ak_ends(), example: exampleDay(institution.locale) });
    case "ends-before-today":
      return m.ak_er_past();
    case "begins-before-today":
      return m.er_begins_past();
    case "ends-before-begins":
      return m.er_ends_first();
    case "nothing-to-end":
      return m.er_nothing_ends();
    case "not-a-name":
      return fault.faults.map(nameFaultWords).join("; ");
    case "needs-reason":
      return m.ak_er_reason();
    case "needs-end":
      return m.ak_er_needs_end();
    case "policy-not-accepted":
      return m.ak_er_policy();
    case "note-too-long":
      return m.ak_er_note({ max: fault.max });
    case "answer": {
      const question = questions.find(({ id }) => id === fault.question);
      return ofQuestion(question?.title ?? fault.question, answerFaultWords(fault.fault, question?.help ?? null));
    }
  }
}

/** The same on its own, with a full stop. */
export function sentence(words: string): string {
  return words.endsWith(".") ? words : `${words}.`;
}
