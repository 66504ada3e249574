import type { Meaning } from "../../host/bindings/Meaning";
import type { Right } from "../../host/bindings/Right";
import type { RightId } from "../../host/bindings/RightId";
import { m } from "../../words";
import { outcomeWords } from "../../words/outcomes";

export type PresetKey = "read" | "read-as" | "read-behalf" | "each";

/** A choice of rights by what somebody is to do with them. `each`: none of them, one ticks for oneself. */
export interface Preset {
  key: PresetKey;
  name: string;
  hint: (name: string) => string;
  rights: RightId[];
}

const meant: Record<Exclude<PresetKey, "each">, Meaning[]> = { read: ["read"], "read-as": ["read", "send-as"], "read-behalf": ["read", "send-on-behalf"] };

/** The rights that mean `meaning`. */
export const meaning = (rights: readonly Right[], meaning: Meaning): Right[] => rights.filter(({ means }) => means === meaning);

/** The presets that a profile's rights allow: one whose rights it lacks is left out. */
export function presets(rights: readonly Right[]): Preset[] {
  const names = { read: m.pre_read, "read-as": m.pre_as, "read-behalf": m.pre_behalf };
  const hints = { read: "reads-cannot-send", "read-as": "reads-and-writes-as", "read-behalf": "reads-and-writes-on-behalf" } as const;
  const found: Preset[] = [];
  for (const key of ["read", "read-as", "read-behalf"] as const) {
    const needed = meant[key].map((one) => meaning(rights, one)[0]?.id);
    const ids = needed.filter((id) => id !== undefined);
    if (ids.length === needed.length) found.push({ key, name: names[key](), hint: (name) => outcomeWords(hints[key], name).text, rights: ids });
  }
  return [...found, { key: "each", name: m.pre_each(), hint: () => rights.map(({ term }) => term).join(", "), rights: [] }];
}

/** The preset that `held` comes to, whether or not the account opens by itself. `null`: nothing is chosen yet. */
export function presetOf(held: readonly RightId[], rights: readonly Right[]): PresetKey | null {
  const opens = meaning(rights, "opens-by-itself").map(({ id }) => id);
  const rest = held.filter((id) => !opens.includes(id));
  if (held.length === 0) return null;
  return presets(rights).find((preset) => preset.key !== "each" && same(preset.rights, rest))?.key ?? "each";
}

/** Whether two lists hold the same rights, in whatever order. */
export function same(one: readonly RightId[], other: readonly RightId[]): boolean {
  return one.every((id) => other.includes(id)) && other.every((id) => one.includes(id));
}
