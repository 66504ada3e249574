/** A reply, a question or a reason while it is written. */
export class Unsent {
  text = $state("");
}

const left = new Map<string, Unsent>();

/** What was typed about a request and is not sent, for as long as the window is there: whoever looks elsewhere meanwhile finds it again. */
export function unsentOf(identity: string, request: string): Unsent {
  const key = JSON.stringify([identity, request]);
  const known = left.get(key) ?? new Unsent();
  left.set(key, known);
  return known;
}

/** For tests: nothing was typed anywhere. */
export function forgetUnsent(): void {
  left.clear();
}
