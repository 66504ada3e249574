import { m } from ".";
import type { Me } from "../host/bindings/Me";
import type { Principal } from "../host/bindings/Principal";

/** A name as a sentence says it: a group is never taken for a person. */
export function principalName({ kind, name }: Principal): string {
  return kind === "group" ? m.named_group({ name }) : name;
}

/** The first word of a name. */
export function firstName(name: string): string {
  return name.trim().split(/\s+/)[0] ?? name;
}

/** The units that somebody looks after, as a sentence lists them. */
export function unitNames({ heldUnits }: Me, locale: string): string {
  return new Intl.ListFormat(locale).format(heldUnits.map(({ name }) => name));
}
