import type { InstitutionView } from "../../host/bindings/InstitutionView";
import type { Kind } from "../../host/bindings/Kind";
import type { KindFamily } from "../../host/bindings/KindFamily";
import type { Offer } from "../../host/bindings/Offer";

/** What a new account is for, as far as its kind follows from it (O1). */
export interface Use {
  mail: boolean;
  book: "room" | "equipment" | null;
  machine: boolean;
}

/** Mailbox only, unless something speaks for another kind. */
export const usual: Use = { mail: true, book: null, machine: false };

export interface Asks {
  mail: boolean;
  book: ("room" | "equipment")[];
  machine: boolean;
}

/** Which questions tell these kinds apart. All false: none does, so the kind is chosen by its own words. */
export function asksFor(kinds: readonly Kind[]): Asks {
  const has = (family: KindFamily) => kinds.some((kind) => kind.family === family);
  const signIn = kinds.some((kind) => kind.signIn) && kinds.some((kind) => !kind.signIn);
  const mail = kinds.some((kind) => kind.mailbox) && kinds.some((kind) => !kind.mailbox);
  return { mail, book: (["room", "equipment"] as const).filter((family) => has(family) && kinds.some((kind) => kind.family !== family)), machine: signIn };
}

/** The kind that does what is wanted and no more, as far as there is one. */
export function fitting(kinds: readonly Kind[], use: Use): Kind | undefined {
  for (const family of families(use, asksFor(kinds))) {
    const found = kinds.filter((kind) => kind.family === family);
    if (found.length > 0) return found.find(({ advice }) => advice === "recommended") ?? found[0];
  }
  return undefined;
}

/** The kinds that can be asked for. */
export function kindsOf({ accountKinds }: Offer, { kinds }: InstitutionView): Kind[] {
  return accountKinds.flatMap((id) => kinds.find((kind) => kind.id === id) ?? []);
}

/** Whether any question tells these kinds apart. */
export function isAdvised(kinds: readonly Kind[]): boolean {
  const { mail, book, machine } = asksFor(kinds);
  return mail || machine || book.length > 0;
}

/** The kind that fits where nothing was answered otherwise yet. */
export function usualKind(kinds: readonly Kind[]): Kind | undefined {
  return isAdvised(kinds) ? fitting(kinds, usual) : kinds.length === 1 ? kinds[0] : undefined;
}

/** The families that fit, the better ones first. */
function families({ mail, book, machine }: Use, asks: Asks): KindFamily[] {
  if (book) return [book];
  if (machine) return mail ? ["mailbox-and-sign-in"] : ["sign-in", "mailbox-and-sign-in"];
  // Where every kind has a sign-in nobody is asked about it, and without mail that is all there is.
  if (!mail && !asks.machine) return ["sign-in", "mailbox"];
  return asks.machine ? ["mailbox"] : ["mailbox", "mailbox-and-sign-in"];
}
