/** What a key asks for, before anybody knows whether the page can do it. */
export type Ask =
  | { do: "go"; place: number }
  | { do: "find" | "search-list" | "next-pane" | "previous-pane" | "help" | "all-keys" | "out" }
  | { do: "letter"; letter: string };

/** The part of a keyboard event that decides. */
export interface Press {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

export interface Surroundings {
  /** macOS uses Command where others use Control. */
  mac: boolean;
  /** A field that takes text has the focus. */
  typing: boolean;
  /** Single keys outside fields are switched on (WCAG 2.1.4). */
  singleKeys: boolean;
}

/** What a press asks for, or `null` where it is none of ours. */
export function read(press: Press, { mac, typing, singleKeys }: Surroundings): Ask | null {
  const command = mac ? press.metaKey && !press.ctrlKey : press.ctrlKey && !press.metaKey;
  if (command && !press.altKey && !press.shiftKey) {
    const place = /^Digit([1-9])$/.exec(press.code)?.[1] ?? /^[1-9]$/.exec(press.key)?.[0];
    if (place) return { do: "go", place: Number(place) };
    return press.key.toLowerCase() === "k" ? { do: "find" } : null;
  }
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  if (press.key === "F6") return { do: press.shiftKey ? "previous-pane" : "next-pane" };
  if (press.key === "F1") return { do: "help" };
  if (press.key === "Escape") return { do: "out" };
  if (typing || !singleKeys) return null;
  if (press.key === "/") return { do: "search-list" };
  if (press.key === "?") return { do: "all-keys" };
  return /^[a-z0-9]$/i.test(press.key) && !press.shiftKey ? { do: "letter", letter: press.key.toLowerCase() } : null;
}

const textTypes = new Set(["text", "search", "password", "email", "url", "tel", "number"]);

/** Whether keys go into `element` as text. */
export function takesText(element: Element | null): boolean {
  if (element instanceof HTMLInputElement) return textTypes.has(element.type);
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement || (element instanceof HTMLElement && element.isContentEditable);
}

export const mac = /^Mac/.test(navigator.platform);
