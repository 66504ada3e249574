import type { Locale } from "../host/bindings/Locale";

const units = ["bytes", "kB", "MB", "GB", "TB"];

/** "12.4 GB", in steps of 1024 as mail services count. */
export function size(bytes: number, locale: Locale): string {
  const step = bytes > 0 ? Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10)) : 0;
  const value = bytes / 1024 ** step;
  return `${value.toLocaleString(locale, { maximumFractionDigits: value < 100 && step > 0 ? 1 : 0 })} ${units[step]}`;
}

/** "12.4 of 50 GB", the unit said once where both have the same. */
export function sizeOf(used: number, quota: number, locale: Locale): { used: string; quota: string } {
  const [a, b] = [size(used, locale), size(quota, locale)];
  const unit = b.slice(b.indexOf(" "));
  return { used: a.endsWith(unit) ? a.slice(0, -unit.length) : a, quota: b };
}
