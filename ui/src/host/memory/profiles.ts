import type { InstitutionView } from "../bindings/InstitutionView";
import type { Kind } from "../bindings/Kind";

/** Two invented profiles in the shape of the real ones: one with rights granted one by one, one with shared passwords. */
const kind = (kind: Partial<Kind> & Pick<Kind, "id" | "name" | "family">): Kind => ({
  explanation: "A shared mailbox and calendar for several people, each with their own rights.",
  has: ["A mailbox and a calendar"],
  lacks: ["A password of its own"],
  advice: "fits",
  adviceReason: null,
  usedBy: "delegation",
  mailbox: true,
  signIn: false,
  opened: "Each person opens it beside their own mailbox.",
  sources: ["guide"],
  ...kind,
});

export const oxford: InstitutionView = {
  id: "oxford",
  name: "University of Oxford",
  shortName: "Oxford",
  locale: "en-GB",
  timeZone: "Europe/London",
  offlineDays: 30,
  words: {
    signOn: "SSO",
    mailService: "Nexus365",
    account: "secondary account",
    accounts: "secondary accounts",
    delegate: "delegate",
    delegates: "delegates",
    owner: "owner",
    unit: "department",
    serviceDesk: "Service Desk",
    localIt: "local IT support",
    itOfficer: "IT officer",
    selfService: "Self-registration",
    secondFactor: "multi-factor authentication",
  },
  kinds: [
    kind({ id: "mailbox-only", name: "Mailbox only", family: "mailbox", advice: "recommended", adviceReason: "Nobody has to share a password." }),
    kind({
      id: "mailbox-and-sso", name: "Mailbox and SSO", family: "mailbox-and-sign-in", advice: "discouraged",
      adviceReason: "A shared password is harder to keep safe.", usedBy: "delegation-and-shared-sign-in", signIn: true,
      has: ["A mailbox and a calendar", "A username and password of its own"], lacks: [],
      explanation: "A mailbox that also has a username and password of its own.",
      opened: "With rights beside one's own mailbox, or with its own username and password.",
    }),
    kind({
      id: "sso-only", name: "SSO only", family: "sign-in", usedBy: "shared-sign-in", mailbox: false, signIn: true,
      has: ["A username and password of its own"], lacks: ["A mailbox", "A web page or a shell"],
      explanation: "A username and password for looking after systems.", opened: "With its own username and password.",
    }),
    kind({ id: "resource", name: "Room or equipment", family: "room", explanation: "A calendar that a room or a device is booked through.", opened: "From any calendar, by inviting it." }),
  ],
  rights: [
    { id: "full-access", name: "Read all", term: "Full access", means: "read", explanation: "Open the mailbox, read and file everything in it.", sources: ["guide"] },
    { id: "send-as", name: "Send as it", term: "Send as", means: "send-as", explanation: "Write as if the account had written.", sources: ["guide"] },
    { id: "send-on-behalf", name: "Send for it", term: "On behalf", means: "send-on-behalf", explanation: "Write for the account with one's own name shown too.", sources: ["guide"] },
    { id: "automap", name: "Opens by itself", term: "Automap", means: "opens-by-itself", explanation: "The mailbox appears in Outlook without being added.", sources: ["guide"] },
  ],
  ownership: {
    mayOwn: "Any member of the University.",
    mayOwnCategories: ["staff", "student"],
    mayRequestNew: "An IT officer of the department.",
    mayRequestChanges: "The owner, or IT support staff.",
    studentGroups: "Like any other member.",
    whenOwnerLeaves: null,
    sources: ["guide"],
  },
  usernames: {
    min: 4, max: 20, letters: true, digits: true, punctuation: "-", startsWithLetter: true, unitPrefix: true, foldToLowerCase: true,
    explanation: "The first four letters usually stand for the department.",
    sources: ["guide"],
  },
  mfa: {
    requiredWithSignIn: true,
    withSignIn: "Every account with a password of its own has to have a second factor.",
    withoutSignIn: "Without a password there is nothing to protect; each person's own second factor counts.",
    since: "2021-05",
    sources: ["guide", "policy"],
  },
  dutyOfCare: {
    duties: ["See that the University's rules on passwords are kept.", "Write down who is told the password, and when that ends."],
    ask: "The Information Officer of your department.",
    sources: ["policy"],
  },
  uses: ["A calendar for a group's events", "Mail that several people answer", "A role that is handed from one person to the next"],
  contacts: [
    { name: "Your local IT support", about: "First for anything near at hand.", hours: null, phone: null, email: null, web: null, how: "Ask in your department.", withoutSignOn: true },
    { name: "Service Desk", about: "For faults, and for finding out who owns an account.", hours: "Day and night, every day", phone: "+44 1632 960 123", email: "desk@example.edu", web: "https://desk.example.edu/", how: null, withoutSignOn: false },
  ],
  campusNetwork: null,
  sources: [
    { key: "guide", title: "Secondary accounts: guide for members", date: "2026-09-14" },
    { key: "policy", title: "Rules on passwords", date: "2013" },
  ],
  differences: [{ about: "Longest username", enforced: "20 characters", other: "16 characters", source: "guide" }],
};

export const boulder: InstitutionView = {
  ...oxford,
  id: "boulder",
  name: "University of Colorado Boulder",
  shortName: "CU Boulder",
  locale: "en-US",
  timeZone: "America/Denver",
  words: {
    ...oxford.words,
    signOn: "IdentiKey",
    mailService: "e-mail service",
    unit: "department",
    serviceDesk: "IT Service Center",
    selfService: "IdentiKey Manager",
  },
  kinds: [
    kind({
      id: "group", name: "Group account", family: "mailbox-and-sign-in", usedBy: "shared-sign-in", signIn: true,
      explanation: "An address for a department, a club or a website.", has: ["A mailbox and a calendar", "An IdentiKey of its own"], lacks: ["Access to personal services"],
      opened: "With its own IdentiKey username and password.",
    }),
    kind({
      id: "student-employee", name: "Student employee account", family: "sign-in", usedBy: "shared-sign-in", mailbox: false, signIn: true,
      explanation: "An account that a student works with as an employee.", has: ["An IdentiKey of its own"], lacks: ["A personal mailbox"], opened: "With its own IdentiKey username and password.",
    }),
  ],
  rights: [],
  ownership: {
    mayOwn: "Faculty and staff.",
    mayOwnCategories: ["faculty", "staff"],
    mayRequestNew: "Faculty or staff who are at the university now.",
    mayRequestChanges: "The owner, with the account's own IdentiKey.",
    studentGroups: "Owned and asked for by the Center for Student Involvement.",
    whenOwnerLeaves: null,
    sources: ["guide"],
  },
  usernames: { min: 1, max: 20, letters: true, digits: false, punctuation: "", startsWithLetter: true, unitPrefix: false, foldToLowerCase: true, explanation: "Letters only.", sources: ["guide"] },
  mfa: { requiredWithSignIn: null, withSignIn: "No source says whether a second factor is needed.", withoutSignIn: "Such accounts always have a password.", since: null, sources: ["guide"] },
  dutyOfCare: null,
  contacts: [{ name: "IT Service Center", about: "For shown names, other addresses and where mail is delivered.", hours: null, phone: null, email: null, web: null, how: "See the university's web pages.", withoutSignOn: false }],
  campusNetwork: { neededFor: ["The forms that ask for an account"], how: "On campus, or over the VPN.", sources: ["guide"] },
  differences: [],
};
