import type { Session } from "../../host/bindings/Session";
import type { Finding } from "../change/finding.svelte";
import type { Asked } from "./asked.svelte";
import type { NameWatch } from "./name.svelte";

/** What every part of a form stands on. */
export interface Part {
  session: Session;
  asked: Asked;
  /** Looking for whoever is to be given access, and for whoever is to answer for it. */
  people: Finding;
  owner: Finding;
  names: NameWatch;
  /** What is wrong, by field. */
  errors: ReadonlyMap<string, string>;
}
