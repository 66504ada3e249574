import { invoke, type InvokeArgs } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Host } from "./host";

/** The commands of an inlined plugin. */
const commands = (plugin: string) => <Answer>(command: string, named?: InvokeArgs) => invoke<Answer>(`plugin:${plugin}|${command}`, named);

const program = commands("program");
const institutions = commands("institutions");
const identity = commands("identity");
const accounts = commands("accounts");
const requests = commands("requests");
const settings = commands("settings");

/** The program itself: commands of inlined plugins, and events of its window. */
export const door: Host = {
  app: {
    start: () => program("start"),
    openLink: (url) => program("open_link", { url }),
    dismissSalvage: () => program("dismiss_salvage"),
    notify: (notice) => program("notify", { notice }),
  },
  institutions: {
    addFromFile: (path) => institutions("add_from_file", { path }),
    details: (id) => institutions("details", { id }),
  },
  identity: {
    signIn: (request) => identity("sign_in", { request }),
    cancelSignIn: () => identity("cancel_sign_in"),
    openAgain: () => identity("open_again"),
    switchTo: (id) => identity("switch_to", { id }),
    signOut: (forget) => identity("sign_out", { forget }),
    unlock: (passphrase) => identity("unlock", { passphrase }),
    forget: (id) => identity("forget", { id }),
    setPassphrase: (passphrase) => identity("set_passphrase", { passphrase }),
    keepUnit: (keep) => identity("keep_unit", { keep }),
    tryAgain: () => identity("try_again"),
    goOnWithout: () => identity("go_on_without"),
  },
  accounts: {
    search: (search) => accounts("search", { search }),
    account: (id) => accounts("account", { id }),
    people: (search) => accounts("people", { search }),
    person: (id) => accounts("person", { id }),
    home: () => accounts("home"),
    checkNow: () => accounts("check_now"),
    lookUp: (query) => accounts("look_up", { query }),
    trail: (id, ask) => accounts("trail", { id, ask }),
  },
  requests: {
    list: (facet) => requests("list", { facet }),
    get: (id) => requests("get", { id }),
    offers: (account) => requests("offers", { account }),
    checkName: (name, owner) => requests("check_name", { name, owner }),
    deskAnswers: () => requests("desk_answers"),
    tried: (id) => requests("tried", { id }),
    letBe: (id) => requests("let_be", { id }),
    plan: (form) => requests("plan", { form }),
    saveDraft: (form) => requests("save_draft", { form }),
    send: (id) => requests("send", { id }),
    discard: (id) => requests("discard", { id }),
    withdraw: (id) => requests("withdraw", { id }),
    undo: (id) => requests("undo", { id }),
    resolve: (id, resolution) => requests("resolve", { id, resolution }),
    sendAgain: (id) => requests("send_again", { id }),
    anew: (id) => requests("anew", { id }),
    holdBack: (id) => requests("hold_back", { id }),
    check: (id) => requests("check", { id }),
    say: (said) => requests("say", { said }),
    keepUnsent: (said) => requests("keep_unsent", { said }),
    decide: (decision) => requests("decide", { decision }),
    findPeople: (query) => requests("find_people", { query }),
  },
  settings: {
    set: (preferences) => settings("set", { preferences }),
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
