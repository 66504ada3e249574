import { address, parse, type Route } from "./route";

/** Where the person is, kept in step with the address. */
class Navigation {
  route: Route = $state.raw(parse(location.hash));

  constructor() {
    addEventListener("hashchange", () => {
      this.route = parse(location.hash);
    });
  }

  go(route: Route): void {
    this.route = route;
    if (location.hash !== address(route)) location.hash = address(route);
  }
}

export const navigation = new Navigation();
