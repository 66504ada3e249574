import axe from "axe-core";
import { expect } from "vitest";

/** What axe-core finds on the whole page. Contrast and sizes need a real window: the tests there look at those. */
export async function expectAccessible(): Promise<void> {
  const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run(document.body, { runOnly: standards, rules: { "color-contrast": { enabled: false }, "target-size": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}
