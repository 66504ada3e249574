import type { RequestFacet } from "../../host/bindings/RequestFacet";

/** The list of requests as it was left. */
class Shelf {
  facet: RequestFacet = $state("open");
  /** Scroll position in CSS pixels. */
  left = 0;
  /** What was decided last, until another is opened. */
  said = $state("");
  /** The request that was looked at last. */
  shown: string | null = null;
}

export const shelf = new Shelf();
