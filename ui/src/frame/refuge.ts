import { isLost } from "./page.svelte";

/** How long a page that knows better where the focus belongs has its turn, in milliseconds. */
const TURN = 80;
/** What is read on from its heading. */
const PARTS = 'section, form, main, [role="tabpanel"]';

/**
 * Keeps the focus in the page: whatever takes away the control that has it leaves it to the heading of the part where that
 * was, and a control that was only moved has it back. Nothing is done for somebody who put it nowhere. Returns what stops it.
 */
export function keepFocus(): () => void {
  /** What had the focus last, and everything around it, from the inside out. */
  let held: Element[] = pathOf(document.activeElement);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const came = ({ target }: FocusEvent) => {
    held = pathOf(target);
  };
  const went = ({ target, relatedTarget }: FocusEvent) => {
    if (relatedTarget === null) queueMicrotask(() => held[0] === target && held[0]?.isConnected && isLost() && (held = []));
  };
  const settle = () => {
    timer = undefined;
    for (const to of refuges(held)) {
      if (!isLost()) return;
      to.focus({ preventScroll: true });
    }
  };
  const watch = new MutationObserver(() => {
    if (held.length > 0 && isLost()) timer ??= setTimeout(settle, TURN);
  });

  document.addEventListener("focusin", came);
  document.addEventListener("focusout", went);
  watch.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener("focusin", came);
    document.removeEventListener("focusout", went);
    watch.disconnect();
    clearTimeout(timer);
  };
}

function pathOf(target: EventTarget | null): Element[] {
  const path: Element[] = [];
  for (let at = target instanceof Element && target !== document.body ? target : null; at; at = at.parentElement) path.push(at);
  return path;
}

/** Where the focus may go, the nearest first. */
function* refuges(held: readonly Element[]): Generator<HTMLElement> {
  const [control] = held;
  if (control instanceof HTMLElement && control.isConnected) yield control;
  for (const part of held.filter((one) => one.isConnected && one.matches(PARTS))) {
    if (part instanceof HTMLElement && part.role === "tabpanel") yield part;
    for (const heading of part.querySelectorAll<HTMLElement>("h1, h2, h3")) {
      if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
      yield heading;
    }
  }
  const main = document.querySelector("main");
  if (main) yield main;
}
