import type { NameFault } from "../bindings/NameFault";
import type { UsernameRule } from "../bindings/UsernameRule";

/** A name as it would be kept. */
export function folded(rule: UsernameRule, typed: string): string {
  const name = typed.trim();
  return rule.foldToLowerCase ? name.toLowerCase() : name;
}

/** What is wrong with a folded name, all of it. */
export function nameFaults(rule: UsernameRule, name: string): NameFault[] {
  if (name === "") return [{ code: "empty" }];
  const allowed = (letter: string) =>
    (rule.letters && /[a-z]/i.test(letter) && !(rule.foldToLowerCase && /[A-Z]/.test(letter))) || (rule.digits && /[0-9]/.test(letter)) || rule.punctuation.includes(letter);
  const odd = [...new Set([...name].filter((letter) => !allowed(letter)))];
  const found: NameFault[] = [];
  if (odd.length > 0) found.push({ code: "not-allowed", characters: odd, looksAlike: odd.every((letter) => /[^\x00-\x7f]/.test(letter) && /\p{L}/u.test(letter)) });
  const length = [...name].length;
  if (length < rule.min) found.push({ code: "too-short", min: rule.min });
  if (length > rule.max) found.push({ code: "too-long", max: rule.max });
  if (rule.startsWithLetter && !/^\p{L}/u.test(name)) found.push({ code: "starts-otherwise" });
  return found;
}
