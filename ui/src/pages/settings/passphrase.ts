/** Fewest characters of a passphrase. NIST SP 800-63B asks for 8 at least; this one guards a file that can be tried at leisure. */
export const SHORTEST = 12;

/** What is wrong with a passphrase typed twice, counted in characters as people see them. `null`: nothing. */
export function passphraseFault(first: string, second: string): "short" | "differ" | null {
  if ([...first].length < SHORTEST) return "short";
  return first === second ? null : "differ";
}
