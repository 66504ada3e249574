/** Sums for a list that draws only what is seen. Heights are CSS pixels. */
export const ROW = 64;
export const HEADING = 34;

/** The rows before which a heading stands, ascending. The one before row 0 counts too. */
export type Headings = readonly number[];

/** Where row `index` begins. Its heading, where it has one, stands right above. */
export function topOf(index: number, headings: Headings): number {
  return index * ROW + headings.filter((at) => at <= index).length * HEADING;
}

/** Height of `total` rows with their headings. */
export function heightOf(total: number, headings: Headings): number {
  return total * ROW + headings.filter((at) => at < total).length * HEADING;
}

/** The row at height `y`; a heading belongs to the row below it. Within `0..total - 1`, 0 for an empty list. */
export function rowAt(y: number, total: number, headings: Headings): number {
  let index = Math.floor(y / ROW);
  // Each heading above pushes rows down by less than one row, so a few steps back suffice.
  while (index > 0 && topOf(index, headings) > y && !(headings.includes(index) && topOf(index, headings) - HEADING <= y)) index--;
  return Math.max(0, Math.min(total - 1, index));
}

/** The rows to draw for a view of `height` at `scroll`, with `spare` rows on either side. `end` is exclusive. */
export function seen(scroll: number, height: number, total: number, headings: Headings, spare = 3): { start: number; end: number } {
  if (total === 0) return { start: 0, end: 0 };
  const first = rowAt(scroll, total, headings);
  const last = rowAt(scroll + Math.max(height, ROW), total, headings);
  return { start: Math.max(0, first - spare), end: Math.min(total, last + 1 + spare) };
}

/** The scroll position that shows row `index` whole, moving as little as possible. `cover` is hidden at the top. */
export function scrollTo(index: number, scroll: number, height: number, headings: Headings, cover = 0): number {
  const top = topOf(index, headings);
  if (top - cover < scroll) return Math.max(0, top - cover);
  return top + ROW > scroll + height ? top + ROW - height : scroll;
}

/** Where a key of a list leads from `index`, or `null` where it is no such key. `page` is how many rows are in view. */
export function step(key: string, index: number, total: number, page: number): number | null {
  const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: total - 1, PageDown: index + page, PageUp: index - page }[key];
  return to === undefined || total === 0 ? null : Math.max(0, Math.min(total - 1, to));
}
