import { m } from ".";
import type { Attention } from "../host/bindings/Attention";

/** An account whose last day is behind it. */
const ended = ({ kind, by }: Attention, now: number): boolean => kind === "expires" && by !== null && Date.parse(by) + 86_400_000 < now;

/** Heading, sentence and where to go for something that needs the reader. */
export function attentionWords(attention: Attention, now: number): { heading: string; text: string; tab: "overview" | "people" | "sign-in"; go: string } {
  const see = { tab: "people", go: m.at_open_people() } as const;
  const open = { tab: "overview", go: m.at_open() } as const;
  switch (attention.kind) {
    case "owner-leaves": {
      const { name, hasLeft } = attention;
      return { heading: hasLeft ? m.at_owner_left_h({ name }) : m.at_owner_leaves_h({ name }), text: m.at_owner_leaves_p(), ...open };
    }
    case "leaver-has-access":
      return { heading: m.at_leaver_h({ name: attention.name }), text: m.at_leaver_p(), ...see };
    case "expires":
      return { heading: ended(attention, now) ? m.at_ended_h() : m.at_expires_h(), text: ended(attention, now) ? m.at_ended_p() : m.at_expires_p(), ...open };
    case "never-activated":
      return { heading: m.at_never_h(), text: m.at_never_p(), ...open };
    case "over-quota":
      return { heading: m.at_quota_h(), text: m.at_quota_p(), ...open };
    case "password-without-mfa":
      return { heading: m.at_mfa_h(), text: m.at_mfa_p(), tab: "sign-in", go: m.at_open_sign_in() };
    case "hidden-with-people":
      return { heading: m.at_hidden_h(), text: m.at_hidden_p(), ...see };
    case "many-people":
      return { heading: m.at_many_h({ count: attention.count }), text: m.at_many_p(), ...see };
  }
}

/** The day of something that needs the reader: by when it matters, or since when where it is past. */
export function dateWords(attention: Attention, date: string, now: number): string {
  const past = attention.kind === "leaver-has-access" || (attention.kind === "owner-leaves" && attention.hasLeft) || ended(attention, now);
  return past ? m.home_since({ date }) : m.home_by({ date });
}
