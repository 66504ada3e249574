import type { RequestFacet } from "../../host/bindings/RequestFacet";

/** The list of requests as it was left. */
class Shelf {
  facet: RequestFacet = $state("open");
  /** Scroll position in CSS pixels. */
  left = 0;
}

export const shelf = new Shelf();
