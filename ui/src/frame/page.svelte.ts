import { untrack } from "svelte";

/** A key of the current page, as the line at the foot names it. Without `keys` it works unnamed. */
export interface PageKey {
  keys: string;
  does: string;
  /** The letter or digit, and what it does. Without it the page handles the key itself. */
  letter?: string;
  act?: () => void;
}

export interface PageFacts {
  /** What the window's title and the spoken announcement say. */
  title: string;
  keys: PageKey[];
}

/** What the current page says of itself to the frame. */
class Page {
  facts: PageFacts = $state.raw({ title: "", keys: [] });
  /** The list's search field is to take the focus as soon as it is there. */
  searchWanted = $state(false);

  /** Called by a page inside `$effect`, so that it follows what the page shows. */
  describe(facts: PageFacts): void {
    this.facts = facts;
  }

  /** Runs what `letter` does here. Whether it does anything. */
  press(letter: string): boolean {
    const key = this.facts.keys.find((key) => key.letter === letter);
    key?.act?.();
    return key?.act !== undefined;
  }
}

export const page = new Page();

/** Nothing has the focus: whatever had it is gone. */
export const isLost = (): boolean => document.activeElement === null || document.activeElement === document.body;

/** Puts the focus on the heading of a page that has just come, so that it is read out and Tab goes on from there. */
export function arrive(heading: HTMLElement): void {
  // Untracked: the heading takes the focus when it comes, not again when the search has had it.
  if (!untrack(() => page.searchWanted)) heading.focus({ preventScroll: true });
}
