import { m } from ".";
import type { SignInFact } from "../host/bindings/SignInFact";

/**
 * One line about the account's own sign-in, for the Overview. `kind`: whether accounts of its kind have one, so that it may
 * come back. `undefined`: the institution's file does not name the kind.
 */
export function signInShort(fact: SignInFact | null, kind: boolean | undefined): string {
  if (fact === null) return m.mfa_nothing_short();
  if (!fact.enabled) return kind === undefined ? m.mfa_none_now() : kind ? m.mfa_switched_off_short() : m.mfa_not_concerned_short();
  switch (fact.mfa) {
    case "on":
      return m.mfa_on_short();
    case "off":
      return m.mfa_off_short();
    // Where there is a password it is concerned, whatever the record says.
    case "not-concerned":
    case "not-known":
      return m.mfa_not_known_short();
  }
}

/** Whether the account's second factor is on, in a sentence. */
export function mfaWords(fact: SignInFact | null, kind: boolean | undefined): string {
  if (fact === null) return m.mfa_not_known();
  if (!fact.enabled) return kind === undefined ? m.mfa_none_now() : kind ? m.mfa_switched_off() : m.mfa_not_concerned();
  switch (fact.mfa) {
    case "on":
      return m.mfa_on();
    case "off":
      return m.mfa_off();
    case "not-concerned":
    case "not-known":
      return m.mfa_not_known();
  }
}
