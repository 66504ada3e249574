import { door } from "#door";
import type { Host } from "./host";

/** The one door to Rust. `vite.config.ts` says which: the program's, or the invented one. */
export const host: Host = door;

export { rejection } from "./host";
export type { Host, News, Rejection } from "./host";
