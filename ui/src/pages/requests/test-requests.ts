import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { navigation } from "../../frame/navigation.svelte";
import type { RequestStatus } from "../../host/bindings/RequestStatus";
import { memory } from "../../host/memory";
import { open } from "../../test-screen";

/** The request of that status. */
export const idOf = (status: RequestStatus["status"]) => memory.desk.kept.find((one) => one.status.status === status)?.id ?? "";

/** A request, opened in `scenario`: found once that is there. */
export async function followOne(scenario: string, found: () => string) {
  const user = userEvent.setup();
  open(scenario, "#/");
  const id = found();
  navigation.go({ page: "requests", id, step: null });
  await screen.findByRole("heading", { name: "What it asks for" });
  return { user, id, detail: screen.getByRole("region", { name: "Request" }) };
}

/** The request of that status, opened. */
export const follow = (status: RequestStatus["status"], scenario = "requests") => followOne(scenario, () => idOf(status));
