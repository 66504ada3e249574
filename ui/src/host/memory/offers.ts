import type { AccountView } from "../bindings/AccountView";
import type { InstitutionView } from "../bindings/InstitutionView";
import type { MayNotAsk } from "../bindings/MayNotAsk";
import type { Me } from "../bindings/Me";
import type { Offer } from "../bindings/Offer";
import type { Question } from "../bindings/Question";
import type { RequestKind } from "../bindings/RequestKind";

type Asker = "owner" | "it-officer" | "delegate" | "may-own" | "anyone";

/** What an invented profile says of one request. Empty `accountKinds`: any. */
interface Request extends Omit<Offer, "whyNot"> {
  who: Asker[];
}

const request = (kind: RequestKind, name: string, about: string, rest: Partial<Request> = {}): Request => ({
  kind, name, about, who: ["owner", "it-officer"], otherwise: null, proof: "record", policy: null, policyKinds: [], campusNetwork: null, questions: [], accountKinds: [], becomes: null, owners: [], ...rest,
});
const question = (id: string, title: string, answer: Question["answer"], rest: Partial<Question> = {}): Question => ({ id, title, help: null, required: false, answer, kinds: [], ...rest });
const choice = (...options: [string, string][]): Question["answer"] => ({ type: "choice", options: options.map(([value, title]) => ({ value, title })) });

const delivery = question("delivery", "Where does its mail go?", choice(["mailbox", "Its own mailbox"], ["forward", "Another address"], ["both", "Both"]), { help: "Mail that goes to another address is not kept here." });
const aliases = question("aliases", "Other addresses that lead to it", { type: "text", max: 200 });
const helping = [
  question("subject", "What is it about?", { type: "text", max: 80 }, { required: true }),
  question("details", "What do you need?", { type: "long-text", max: 2000 }, { required: true }),
  question("by", "When do you need it?", { type: "day" }),
];

const requests: Record<string, Request[]> = {
  oxford: [
    request("change-access", "Change who has access", "Adds and removes delegates, each with their own rights. The Service Desk carries it out.", { otherwise: "Ask its owner, or your local IT support." }),
    request("remove-password", "Remove the password", "It becomes a mailbox that everybody opens as themselves.", { accountKinds: ["mailbox-and-sso"], becomes: "mailbox-only", otherwise: "Ask its owner, or your local IT support." }),
    request("hand-over", "Hand it over", "Somebody else answers for it from then on.", { otherwise: "Ask its owner." }),
    request("set-details", "Change how it shows and where its mail goes", "The shown name, other addresses and delivery.", { proof: "word", questions: [aliases, delivery] }),
    request("set-booking", "Set how it is booked", "Who books outright, and who decides on the rest.", {
      accountKinds: ["resource"], proof: "tried",
      questions: [
        question("outright", "Is it booked without anybody deciding?", { type: "yes-no" }, { required: true }),
        question("days", "How many days ahead at most?", { type: "number", min: 1, max: 730 }),
        question("hours", "When can it be booked?", choice(["always", "At any time"], ["work", "In working hours"], ["term", "In term"], ["weekdays", "On weekdays"], ["evenings", "In the evening"], ["weekends", "At weekends"])),
      ],
    }),
    request("renew", "Keep it longer", "It lasts until another day."),
    request("close", "Close it", "Nobody can open it any more; its mail is kept for a while."),
    request("new-account", "New secondary account", "For a member of the University. The Service Desk makes it.", { who: ["it-officer"], accountKinds: ["mailbox-only", "sso-only", "mailbox-and-sso", "resource"], otherwise: "Ask the IT officer of your department.", policy: "The owner keeps a record of who was given the password.", policyKinds: ["sso-only", "mailbox-and-sso"], questions: [question("reason", "Why does it need to be this kind?", { type: "long-text", max: 2000 }, { help: "Say what the recommended kind cannot do." })] }),
    request("ask-desk", "Ask the Service Desk", "Anything else, in your own words.", { who: ["anyone"], proof: "answer", questions: helping }),
  ],
  boulder: [
    request("activate", "Activate the account", "It can be signed in to from then on.", { who: ["owner"], policy: "I keep to the rules on acceptable use." }),
    request("set-details", "Change the shown name, addresses and delivery", "The IT Service Center changes them.", { who: ["owner"], proof: "word", questions: [aliases, delivery] }),
    request("new-account", "New secondary account", "For faculty and staff who are at the university now.", {
      who: ["may-own"], policy: "I answer for what is done with it.", campusNetwork: "Be on campus, or switch the VPN on.", otherwise: "Ask a member of staff of your department.", accountKinds: ["group", "student-employee"],
      questions: [question("purpose", "What is it for?", { type: "long-text", max: 500 }, { required: true }), question("student", "The student’s name", { type: "text", max: 100 }, { required: true, kinds: ["student-employee"] })],
    }),
    request("ask-desk", "Ask the IT Service Center", "Anything else, in your own words.", { who: ["anyone"], proof: "answer", questions: helping }),
  ],
};

export function requestOf({ id }: InstitutionView, kind: RequestKind): Request | undefined {
  return requests[id]?.find((request) => request.kind === kind);
}

/** Whether something is asked of an account of that kind. No kinds: of every account. */
export const isFor = (kinds: readonly string[], kind: string | null): boolean => kinds.length === 0 || (kind !== null && kinds.includes(kind));

/** The kind that a request's account has afterwards. */
export const kindAfter = (kind: RequestKind, wished: string | null, account: AccountView | null, institution: InstitutionView): string | null =>
  kind === "new-account" ? wished : ((kind === "remove-password" ? requestOf(institution, kind)?.becomes : null) ?? account?.kind ?? null);

const needsAccount = (kind: RequestKind) => kind !== "new-account" && kind !== "ask-desk";

/** Why the reader may not send a request for an account; `null` as the account: for none. */
export function mayNotAsk(kind: RequestKind, account: AccountView | null, me: Me, institution: InstitutionView): MayNotAsk | null {
  const rule = requestOf(institution, kind);
  if (!rule || (account === null && needsAccount(kind))) return "not-offered";
  const mayOwn = me.category !== null && institution.ownership.mayOwnCategories.includes(me.category);
  if (account === null) {
    const one = rule.who.some((asker) => asker === "anyone" || (asker === "it-officer" && me.role === "it-officer") || (asker === "may-own" && mayOwn));
    if (one) return null;
    return rule.who.includes("it-officer") && !rule.who.includes("may-own") ? "for-it-officers" : "may-not-own";
  }
  const { standing, access } = account;
  if (rule.accountKinds.length > 0 && !rule.accountKinds.includes(account.kind)) return "not-this-kind";
  const known = institution.kinds.find(({ id }) => id === account.kind);
  if (kind === "change-access" && (known?.usedBy === "shared-sign-in" || access.shown === "shared-sign-in")) return "not-by-delegation";
  const sees = standing.owns || standing.holdsUnit || standing.uses || standing.itself;
  const is: Record<Asker, boolean> = { owner: standing.owns, "it-officer": standing.holdsUnit, delegate: standing.uses, "may-own": sees && mayOwn, anyone: sees };
  if (!rule.who.some((asker) => is[asker])) return standing.itself ? "signed-in-as-it" : "not-yours";
  if ((kind === "change-access" || kind === "remove-password") && access.shown !== "all") return "access-not-shown";
  if (kind === "activate" && account.state !== "never-activated") return "nothing-to-activate";
  if (kind === "close" && account.state === "suspended") return "closed";
  return kind === "renew" && account.expires === null ? "no-end" : null;
}

/** What can be asked for, also what this reader may not ask for. What does not fit the account at all is left out. */
export function offersFor(account: AccountView | null, me: Me, institution: InstitutionView): Offer[] {
  const fitting = (requests[institution.id] ?? []).filter(({ kind }) => (account === null ? !needsAccount(kind) : kind !== "new-account"));
  const asked = fitting.map(({ who: _, ...offer }) => ({ ...offer, whyNot: mayNotAsk(offer.kind, account, me, institution) }));
  const every = institution.kinds.map(({ id }) => id);
  return asked
    .filter(({ whyNot }) => whyNot === null || !["not-offered", "not-this-kind", "nothing-to-activate"].includes(whyNot))
    .map((offer) => ({ ...offer, accountKinds: offer.accountKinds.length > 0 ? offer.accountKinds : every }));
}
