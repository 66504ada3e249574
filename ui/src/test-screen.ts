import { cleanup, render } from "@testing-library/svelte";
import App from "./App.svelte";
import { app } from "./frame/app.svelte";
import { clock } from "./frame/clock.svelte";
import { navigation } from "./frame/navigation.svelte";
import { parse } from "./frame/route";
import type { RequestForm } from "./host/bindings/RequestForm";
import { memory } from "./host/memory";
import { NOW } from "./host/memory/accounts";
import { lists } from "./pages/accounts/lists.svelte";
import { forgetFindings } from "./pages/change/finding.svelte";
import { forgetUnsent } from "./pages/requests/unsent.svelte";
import { shelf } from "./pages/requests/shelf.svelte";

/** For `beforeEach`: nothing on screen, nothing remembered, Home, and the time at which the invented record was read. */
export function begin(): void {
  cleanup();
  document.body.replaceChildren();
  Object.assign(app, { start: null, problem: null, freshness: null, signIn: { state: "idle" }, request: null, departed: null, dismissed: [] });
  forgetFindings();
  forgetUnsent();
  Object.assign(shelf, { facet: "open", left: 0, shown: null });
  lists.keepFor(`test ${Math.random()}`);
  clock.tellBy(() => NOW);
  navigation.go(parse("#/"));
}

/** The whole window, in an invented situation and at an address. */
export function open(scenario: string, hash = "#/") {
  memory.set(scenario);
  navigation.go(parse(hash));
  return render(App);
}

/** What the host was asked by one name, oldest first. */
export const asked = (command: string): unknown[] => memory.asked.filter((one) => one.command === command).map(({ argument }) => argument);

/** Every form that was kept, in order. */
export const saved = () => asked("saveDraft") as RequestForm[];
