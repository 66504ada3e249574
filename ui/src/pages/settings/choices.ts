import type { Theme } from "../../host/bindings/Theme";
import { m } from "../../words";

/** Text sizes in percent. */
export const sizes = [100, 125, 150, 175, 200] as const;

export function themes(): { value: Theme; label: string }[] {
  return [
    { value: "system", label: m.theme_system() },
    { value: "light", label: m.theme_light() },
    { value: "dark", label: m.theme_dark() },
  ];
}
