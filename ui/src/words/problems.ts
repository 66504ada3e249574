import { m } from ".";
import type { Problem } from "../host/bindings/Problem";
import type { ProblemCode } from "../host/bindings/ProblemCode";
import type { ProfileProblem } from "../host/bindings/ProfileProblem";

/** What happened, and what to do about it. */
export interface ProblemWords {
  what: string;
  next: string;
}

/** Words for every code. A code from a newer program gets the words for a mistake of ours. */
export function problemWords({ code, retryAfter, profile }: Omit<Problem, "message" | "said">, doing: "reading" | "sending" = "reading"): ProblemWords {
  const [what, read] = words[code] ?? words.internal;
  const next = (doing === "sending" ? unsent[code] : undefined) ?? read;
  const sentences = [next()];
  if (profile) sentences.unshift(fileWords(profile));
  if (retryAfter !== null && retryAfter > 0) sentences.push(waitWords(retryAfter));
  return { what: what(), next: sentences.join(" ") };
}

/** How long the server wanted to be left alone, as exactly as one waits: whole minutes and hours, rounded up. */
function waitWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  if (seconds < 90) return m.problem_wait_seconds({ count: seconds });
  return minutes < 90 ? m.problem_wait_minutes({ count: minutes }) : m.problem_wait_hours({ count: Math.ceil(minutes / 60) });
}

/** What was to be sent goes by itself as soon as it can. */
const unsent: Partial<Record<ProblemCode, () => string>> = {
  "no-answer": m.problem_no_answer_send, later: m.problem_later_send, "not-usable": m.problem_not_usable_send,
  "too-large": m.problem_too_large_send, redirected: m.problem_redirected_send,
};

/** Where a broken file is wrong, and what would be right, in one sentence. */
function fileWords({ line, ...rest }: ProfileProblem): string {
  return line === null ? m.problem_broken_profile_file(rest) : m.problem_broken_profile_line({ line, ...rest });
}

type Pair = [what: () => string, next: () => string];

const words: Record<ProblemCode, Pair> = {
  "no-answer": [m.problem_no_answer, m.problem_no_answer_next],
  later: [m.problem_later, m.problem_later_next],
  "not-usable": [m.problem_not_usable, m.problem_not_usable_next],
  "too-large": [m.problem_too_large, m.problem_too_large_next],
  redirected: [m.problem_redirected, m.problem_redirected_next],
  "pages-do-not-end": [m.problem_pages_do_not_end, m.problem_pages_do_not_end_next],
  refused: [m.problem_refused, m.problem_refused_next],
  "desk-refused": [m.problem_desk_refused, m.problem_desk_refused_next],
  "desk-forbidden": [m.problem_desk_forbidden, m.problem_desk_forbidden_next],
  "desk-not-found": [m.problem_desk_not_found, m.problem_desk_not_found_next],
  "signed-out": [m.problem_signed_out, m.problem_signed_out_next],
  "profile-fault": [m.problem_profile_fault, m.problem_profile_fault_next],
  "not-supplied": [m.problem_not_supplied, m.problem_not_supplied_next],
  "not-searchable": [m.problem_not_searchable, m.problem_not_searchable_next],
  denied: [m.problem_denied, m.problem_denied_next],
  "timed-out": [m.problem_timed_out, m.problem_timed_out_next],
  "somebody-else": [m.problem_somebody_else, m.problem_somebody_else_next],
  "names-another": [m.problem_names_another, m.problem_names_another_next],
  "no-port": [m.problem_no_port, m.problem_no_port_next],
  "not-offered": [m.problem_not_offered, m.problem_not_offered_next],
  "nobody-named": [m.problem_nobody_named, m.problem_nobody_named_next],
  clock: [m.problem_clock, m.problem_clock_next],
  "practice-did-not-start": [m.problem_practice_did_not_start, m.problem_practice_did_not_start_next],
  "unknown-identity": [m.problem_unknown_identity, m.problem_unknown_identity_next],
  "no-such-account": [m.problem_no_such_account, m.problem_no_such_account_next],
  "no-such-request": [m.problem_no_such_request, m.problem_no_such_request_next],
  "still-on-its-way": [m.problem_still_on_its_way, m.problem_still_on_its_way_next],
  "bad-input": [m.problem_bad_input, m.problem_bad_input_next],
  "keychain-locked": [m.problem_keychain_locked, m.problem_keychain_locked_next],
  "keychain-unreachable": [m.problem_keychain_unreachable, m.problem_keychain_unreachable_next],
  "key-not-found": [m.problem_key_not_found, m.problem_key_not_found_next],
  "wrong-passphrase": [m.problem_wrong_passphrase, m.problem_wrong_passphrase_next],
  "store-held": [m.problem_store_held, m.problem_store_held_next],
  "store-trouble": [m.problem_store_trouble, m.problem_store_trouble_next],
  "broken-profile": [m.problem_broken_profile, m.problem_broken_profile_next],
  cancelled: [m.problem_cancelled, m.problem_cancelled_next],
  "no-certificates": [m.problem_no_certificates, m.problem_no_certificates_next],
  "insufficient-scope": [m.problem_insufficient_scope, m.problem_insufficient_scope_next],
  internal: [m.problem_internal, m.problem_internal_next],
};
