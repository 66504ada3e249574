import type { PeopleFacet } from "../../host/bindings/PeopleFacet";
import type { Search } from "../../host/bindings/Search";

/** Which accounts the list asks for, and where it was left. */
export type AccountsAsked = Pick<Search, "query" | "own" | "use" | "unit" | "kind">;

/** The lists as they were left, so that coming back finds them so. */
class Lists {
  accounts: AccountsAsked = $state({ query: "", own: true, use: true, unit: false, kind: null });
  unit: AccountsAsked = $state({ query: "", own: false, use: false, unit: true, kind: null });
  people: { query: string; facet: PeopleFacet } = $state({ query: "", facet: "everyone" });
  /** Scroll positions in CSS pixels. */
  readonly left = { accounts: 0, unit: 0, people: 0 };
  /** The account and the person looked at last, so that switching between the two lists goes back to them. */
  readonly open: { account: string | null; person: string | null } = { account: null, person: null };

  /** Narrows the list of accounts, as a question on Home asks. */
  narrow(own: boolean, use: boolean): void {
    Object.assign(this.accounts, { query: "", own, use, unit: false, kind: null });
    this.left.accounts = 0;
  }

  #of: string | null = null;

  /** Begins anew where the identity is another: one person's search says nothing to the next. */
  keepFor(identity: string): void {
    if (this.#of === identity) return;
    this.#of = identity;
    this.narrow(true, true);
    Object.assign(this.unit, { query: "", own: false, use: false, unit: true, kind: null });
    Object.assign(this.people, { query: "", facet: "everyone" });
    Object.assign(this.left, { accounts: 0, unit: 0, people: 0 });
    Object.assign(this.open, { account: null, person: null });
  }
}

export const lists = new Lists();
