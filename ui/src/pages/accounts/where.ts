import { m } from "../../words";
import type { AccountsAsked } from "./lists.svelte";

/** Where an empty answer was looked for: "what you own and can use". */
export function whereWords({ own, use, unit, kind }: AccountsAsked): string {
  const words = ([own, use, unit].every((one) => !one) ? m.where_all : own && use ? (unit ? m.where_all_three : m.where_own_use)
    : own ? (unit ? m.where_own_unit : m.where_own) : use ? (unit ? m.where_use_unit : m.where_use) : m.where_unit)();
  return kind === null ? words : m.where_kind({ where: words });
}
