import { rejection, type Rejection } from "../host/host";

/** How many rows a page has: about as many as a window shows, so that no answer carries many more than are seen. */
export const PAGE = 20;
/** As many pages as are asked for at once, at most. */
const AT_ONCE = 10;
/** How many pages are kept; the ones farthest away go first. */
const KEPT = 60;

export interface Stretch<Row> {
  rows: Row[];
  offset: number;
  total: number;
}

/**
 * A long list that is read in stretches as they come into view.
 *
 * A new question keeps the old rows on screen until its first answer, so nothing blinks. While one answer is on its way
 * only the newest question waits behind it; an answer to an older one is dropped.
 */
export class Paged<Row, Answer extends Stretch<Row>> {
  total = 0;
  /** The newest answer, for what it says beside the rows. `null` until the first. */
  answer: Answer | null = null;
  problem: Rejection | null = null;
  readonly #pages = new Map<number, Row[]>();
  #asked = new Set<number>();
  #question: ((offset: number, limit: number) => Promise<Answer>) | null = null;
  #turn = 0;
  #view = { start: 0, end: PAGE };
  /** How many rows were in view at most: a new question asks for as many at once. */
  #room = PAGE;
  #first: Promise<void> | null = null;
  #again = false;

  constructor(private readonly changed: () => void) {}

  row(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Asks a new question from its beginning, or the same one again where the view is. */
  ask(question: (offset: number, limit: number) => Promise<Answer>, { fromStart }: { fromStart: boolean }): Promise<void> {
    this.#question = question;
    if (fromStart) this.#view = { start: 0, end: this.#room };
    this.#turn++;
    if (this.#first) {
      this.#again = true;
      return this.#first;
    }
    this.#first = this.#replace().finally(() => {
      this.#first = null;
      this.view(this.#view.start, this.#view.end);
    });
    return this.#first;
  }

  /** Says which rows are in view, so that they are read. */
  view(start: number, end: number): void {
    this.#view = { start, end };
    this.#room = Math.max(this.#room, end - start);
    if (this.#first || this.answer === null) return;
    for (let page = Math.floor(start / PAGE); page * PAGE < Math.min(end, this.total); page++) {
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#fetch(page);
    }
  }

  async #replace(): Promise<void> {
    do {
      this.#again = false;
      const turn = this.#turn;
      const { start, end } = this.#view;
      try {
        let at = Math.floor(start / PAGE);
        const pages = Math.min(AT_ONCE, Math.max(1, Math.ceil(end / PAGE) - at));
        let answer = await this.#read(at, pages);
        // The list has become shorter than the view: its last stretch is shown instead.
        if (answer.rows.length === 0 && answer.total > 0) {
          at = Math.floor((answer.total - 1) / PAGE);
          answer = await this.#read(at);
        }
        if (turn !== this.#turn) continue;
        this.#pages.clear();
        for (let from = 0; from < answer.rows.length; from += PAGE) this.#pages.set(at + from / PAGE, answer.rows.slice(from, from + PAGE));
        this.#asked.clear();
        this.#take(answer);
      } catch (thrown) {
        if (turn === this.#turn) this.problem = rejection(thrown);
      }
    } while (this.#again);
    this.changed();
  }

  async #fetch(page: number): Promise<void> {
    const turn = this.#turn;
    this.#asked.add(page);
    try {
      const answer = await this.#read(page);
      if (turn !== this.#turn) return;
      this.#asked.delete(page);
      this.#pages.set(page, answer.rows);
      this.#forgetFar(page);
      this.#take(answer);
    } catch (thrown) {
      // The page stays among those asked for: it is tried again with the next question, not in a circle.
      if (turn === this.#turn) this.problem = rejection(thrown);
    }
    if (turn === this.#turn) this.changed();
  }

  #read(page: number, pages = 1): Promise<Answer> {
    return this.#question ? this.#question(page * PAGE, pages * PAGE) : Promise.reject(new Error("no question"));
  }

  #take(answer: Answer): void {
    this.answer = answer;
    this.total = answer.total;
    this.problem = null;
  }

  #forgetFar(page: number): void {
    const far = [...this.#pages.keys()].sort((a, b) => Math.abs(b - page) - Math.abs(a - page));
    for (const key of far.slice(0, Math.max(0, far.length - KEPT))) this.#pages.delete(key);
  }
}
