import type { InstitutionChoice } from "../../host/bindings/InstitutionChoice";

/** What there is to choose from: the institution named at start first, those added since last, each once. */
export function offered(known: readonly InstitutionChoice[], added: readonly InstitutionChoice[]): InstitutionChoice[] {
  const byId = new Map([...known, ...added].map((choice) => [choice.id, choice]));
  return [...byId.values()].sort((a, b) => Number(b.named) - Number(a.named));
}
