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

function answerFaultWords(fault: AnswerFault): string {
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
      return m.ak_er_not_allowed();
  }
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
    case "no-owner":
      return m.ak_er_owner({ owner });
    case "no-kind":
      return m.ak_er_kind();
    case "no-display-name":
      return m.ak_er_shown();
    case "no-end":
      return m.ak_er_end();
    case "begins-no-day":
    case "ends-no-day":
      return m.ak_er_day({ example: exampleDay(institution.locale) });
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
      const question = questions.find(({ id }) => id === fault.question)?.title ?? fault.question;
      const words = answerFaultWords(fault.fault);
      return /[?.!]$/.test(question) ? `${question} ${words.charAt(0).toUpperCase()}${words.slice(1)}` : m.ak_er_answer({ question, fault: words });
    }
  }
}

/** The same on its own, with a full stop. */
export function sentence(words: string): string {
  return words.endsWith(".") ? words : `${words}.`;
}
