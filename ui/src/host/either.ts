import { isTauri } from "@tauri-apps/api/core";
import { door as memory } from "./memory";
import { door as tauri } from "./tauri";

/** While developing: the program's window talks to Rust, a plain browser to invented data. */
export const door = isTauri() ? tauri : memory;
