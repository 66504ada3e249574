import { tick } from "svelte";

/** Brings what has just come below the field that one types in into sight: as far as needed, and no further. */
export async function bringInSight(field: Element | null | undefined, come: () => Element | null | undefined): Promise<void> {
  await tick();
  if (field && field === document.activeElement) come()?.scrollIntoView?.({ block: "nearest" });
}
