import { address, parse, type Route } from "./route";

/** Where the person is, kept in step with the address. */
class Navigation {
  route: Route = $state.raw(parse(location.hash));
  /** Where they were before, for a page that leads back there. */
  before: Route | null = $state.raw(null);

  constructor() {
    addEventListener("hashchange", () => this.#to(parse(location.hash)));
  }

  go(route: Route): void {
    this.#to(route);
    if (location.hash !== address(route)) location.hash = address(route);
  }

  #to(route: Route): void {
    if (address(route) !== address(this.route)) this.before = this.route;
    this.route = route;
  }
}

export const navigation = new Navigation();
