import type { Preferences } from "../host/bindings/Preferences";

/** How much room there is, in the page's own pixels: the window's width divided by the text size. */
export function room(width: number, textSize: number): { narrow: boolean; tiny: boolean } {
  const own = (width * 100) / textSize;
  return { narrow: own <= 940, tiny: own <= 660 };
}

/** The text size as the root's zoom: 100 to 200 %, whatever was stored. */
export function sound(textSize: number): number {
  return Number.isFinite(textSize) ? Math.min(200, Math.max(100, textSize)) : 100;
}

/** Puts colours, text size and room on the root, and leaves a copy for the next first paint. */
export function apply({ theme, textSize }: Pick<Preferences, "theme" | "textSize">): { narrow: boolean } {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  const size = sound(textSize);
  root.style.zoom = size === 100 ? "" : String(size / 100);
  const { narrow, tiny } = room(innerWidth, size);
  root.toggleAttribute("data-narrow", narrow);
  root.toggleAttribute("data-tiny", tiny);
  try {
    localStorage.setItem("appearance", JSON.stringify({ theme, textSize: size }));
  } catch {
    // Only the next first paint is poorer for it.
  }
  return { narrow };
}
