import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Host } from "./host";

/** The program itself: commands of inlined plugins, and events of its window. */
export const door: Host = {
  app: {
    start: () => invoke("plugin:program|start"),
    openLink: (url) => invoke("plugin:program|open_link", { url }),
    dismissSalvage: () => invoke("plugin:program|dismiss_salvage"),
  },
  institutions: {
    addFromFile: (path) => invoke("plugin:institutions|add_from_file", { path }),
    details: (id) => invoke("plugin:institutions|details", { id }),
  },
  identity: {
    signIn: (request) => invoke("plugin:identity|sign_in", { request }),
    cancelSignIn: () => invoke("plugin:identity|cancel_sign_in"),
    openAgain: () => invoke("plugin:identity|open_again"),
    switchTo: (id) => invoke("plugin:identity|switch_to", { id }),
    signOut: (forget) => invoke("plugin:identity|sign_out", { forget }),
    unlock: (passphrase) => invoke("plugin:identity|unlock", { passphrase }),
    forget: (id) => invoke("plugin:identity|forget", { id }),
    setPassphrase: (passphrase) => invoke("plugin:identity|set_passphrase", { passphrase }),
  },
  accounts: {
    search: (search) => invoke("plugin:accounts|search", { search }),
    account: (id) => invoke("plugin:accounts|account", { id }),
    people: (search) => invoke("plugin:accounts|people", { search }),
    person: (id) => invoke("plugin:accounts|person", { id }),
    home: () => invoke("plugin:accounts|home"),
    checkNow: () => invoke("plugin:accounts|check_now"),
    lookUp: (query) => invoke("plugin:accounts|look_up", { query }),
  },
  settings: {
    set: (preferences) => invoke("plugin:settings|set", { preferences }),
  },
  on(topic, hear) {
    let heard = true;
    const listening = listen(topic, (event) => {
      if (heard) hear(event.payload as Parameters<typeof hear>[0]);
    });
    return () => {
      heard = false;
      void listening.then((stop) => stop());
    };
  },
};
