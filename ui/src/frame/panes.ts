/** Moves the focus to the next (1) or previous (-1) pane that is on screen, in the order of the document. */
export function nextPane(direction: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>("[data-pane]")].filter((pane) => pane.getClientRects().length > 0);
  if (panes.length === 0) return;
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const pane = panes[(here + direction + panes.length) % panes.length] ?? panes[0];
  if (pane) door(pane).focus();
}

/** Where one enters a pane: what is chosen in it, then what a key reaches, then the pane itself. */
function door(pane: HTMLElement): HTMLElement {
  const chosen = pane.querySelector<HTMLElement>('a[aria-current="page"], a[aria-selected="true"], .item[tabindex="0"]');
  return chosen ?? pane.querySelector<HTMLElement>("h1[tabindex], h2[tabindex], a[href], button, input") ?? pane;
}
