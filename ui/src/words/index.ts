import type { Locale } from "../host/bindings/Locale";
import { setLocale } from "./compiled/runtime.js";

export { m } from "./compiled/messages.js";

/** Speaks the given English from the next word on; British where nothing says otherwise. Returns what is spoken. */
export function speak(locale: Locale | null): Locale {
  const spoken = locale ?? "en-GB";
  void setLocale(spoken, { reload: false });
  document.documentElement.lang = spoken;
  return spoken;
}
