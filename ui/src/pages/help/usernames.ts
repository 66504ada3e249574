import type { UsernameRule } from "../../host/bindings/UsernameRule";
import { m } from "../../words";

/** A username rule as short lines, in the order in which people meet them. */
export function usernameRules(rule: UsernameRule): string[] {
  const lines = [m.help_length({ min: rule.min, max: rule.max })];
  if (rule.letters && rule.digits) lines.push(m.help_letters_digits());
  else if (rule.letters) lines.push(m.help_letters_only());
  else if (rule.digits) lines.push(m.help_digits_only());
  lines.push(rule.punctuation ? m.help_punctuation({ characters: [...rule.punctuation].join(" ") }) : m.help_no_punctuation());
  if (rule.startsWithLetter && rule.digits) lines.push(m.help_first_letter());
  if (rule.unitPrefix) lines.push(m.help_prefix());
  if (rule.foldToLowerCase) lines.push(m.help_lower());
  return lines;
}
