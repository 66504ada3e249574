import { m } from ".";
import type { Standing } from "../host/bindings/Standing";

/** How the reader stands to an account, nearest tie first. */
export function standingWords({ itself, owns, uses, holdsUnit }: Standing): string | null {
  if (itself) return m.you_are();
  if (owns) return m.you_own();
  if (uses) return m.you_use();
  return holdsUnit ? m.you_hold() : null;
}
