import { host } from "../../host";
import type { FoundPeople } from "../../host/bindings/FoundPeople";
import type { PersonChoice } from "../../host/bindings/PersonChoice";
import type { Principal } from "../../host/bindings/Principal";
import { MOST_PEOPLE } from "./form.svelte";

/** An entry of a list that names nobody for certain. */
export interface Unsorted {
  text: string;
  why: "not-found" | "several" | "unsure" | "not-entitled" | "refused";
  people: PersonChoice[];
  /** False: only people known on this computer were looked through. */
  asked: boolean;
}

/** How a list went: everybody in it is in one of these or in `unsorted`. */
export interface Sorted {
  added: string[];
  already: string[];
  /** More entries than a request takes: none was looked up. */
  tooMany: number;
}

/** The entries of a list as it is pasted: one a line, or apart by commas or semicolons. Each once. */
export function entriesOf(text: string): string[] {
  const parts = text.split(/[\n\r\t,;]+/).map((part) => /<([^<>]+)>\s*$/.exec(part)?.[1] ?? part);
  const trimmed = parts.map((part) => part.trim().replace(/\s+/g, " ")).filter((part) => part !== "");
  return [...new Map(trimmed.map((part) => [fold(part), part])).values()];
}

const fold = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** As many people as are offered for an entry, at most: there may be more of the same name. */
const OFFERED = 20;

/**
 * Who is meant by an entry: the one person of exactly that username, or of that name where the desk was asked and told of
 * everybody; else why nobody is for certain.
 */
export function judge(text: string, { people, asked }: FoundPeople): PersonChoice | Unsorted {
  const wanted = fold(text);
  const exact = people.filter(({ principal: { name, username } }) => fold(name) === wanted || (username !== null && fold(username) === wanted));
  const [first, second] = exact.length > 0 ? exact : people;
  if (!first) return { text, why: "not-found", people: [], asked };
  if (second) return { text, why: "several", people: exact.length > 0 ? exact : people, asked };
  const byUsername = first.principal.username !== null && fold(first.principal.username) === wanted;
  const whole = asked && people.length < OFFERED;
  if (exact.length === 0 || !(byUsername || whole)) return { text, why: "unsure", people: [first], asked };
  return first.entitled === false || first.principal.hasLeft ? { text, why: "not-entitled", people: [first], asked } : first;
}

/** At how many entries of a list is looked at once. */
const ABREAST = 4;

/** Looking for people, one by one or by a list. */
export class Finding {
  query = $state("");
  unsorted: Unsorted[] = $state.raw([]);
  /** How far a list is. */
  progress: { done: number; total: number } | null = $state.raw(null);
  sorted: Sorted | null = $state.raw(null);
  /** Entries that are being looked up. */
  #pending: readonly string[] = $state.raw([]);

  /** Every entry that names nobody for certain yet, as it was pasted: what a draft keeps. */
  get open(): string[] {
    return [...new Set([...this.unsorted.map(({ text }) => text), ...this.#pending])];
  }

  /** Goes on with what a draft kept: gives what has to be looked up for it. */
  resume(kept: readonly string[]): string[] {
    this.unsorted = this.unsorted.filter(({ text }) => kept.includes(text));
    return kept.filter((text) => !this.open.includes(text));
  }

  /** Goes on with what a draft kept of what was typed: what was left in another one is not taken over. */
  goOn(typed: string): void {
    this.query = typed;
  }

  /** Looks up each entry. `include` adds somebody, or says that they are there already. Nothing in the list is dropped. */
  async sort(texts: string[], include: (to: Principal) => "added" | "already"): Promise<void> {
    const sorted: Sorted = { added: [], already: [], tooMany: 0 };
    this.sorted = null;
    if (texts.length > MOST_PEOPLE) {
      this.sorted = { ...sorted, tooMany: texts.length };
      return;
    }
    const judged: (PersonChoice | Unsorted)[] = [];
    let next = 0;
    let done = 0;
    this.progress = { done, total: texts.length };
    this.#pending = texts;
    const work = async () => {
      for (let at = next++; at < texts.length; at = next++) {
        const text = texts[at] ?? "";
        judged[at] = await host.requests.findPeople(text).then((found) => judge(text, found), () => ({ text, why: "refused" as const, people: [], asked: false }));
        this.progress = { done: ++done, total: texts.length };
      }
    };
    await Promise.all(Array.from({ length: ABREAST }, work));
    this.progress = null;
    const left = new Map(this.unsorted.map((one) => [one.text, one]));
    for (const [at, one] of judged.entries()) {
      if ("why" in one) {
        left.set(one.text, one);
        continue;
      }
      left.delete(texts[at] ?? "");
      sorted[include(one.principal)].push(one.principal.name);
    }
    this.unsorted = [...left.values()];
    this.#pending = [];
    this.sorted = sorted;
  }

  settle(text: string): void {
    this.unsorted = this.unsorted.filter((one) => one.text !== text);
  }
}

const left = new Map<string, Finding>();

/** What was typed, and what was found for entries that are not sorted out yet, as the page was left. */
export function findingFor(identity: string, ...of: (string | null)[]): Finding {
  const key = JSON.stringify([identity, ...of]);
  const known = left.get(key) ?? new Finding();
  left.set(key, known);
  return known;
}

/** For tests: nothing was left anywhere. */
export function forgetFindings(): void {
  left.clear();
}
