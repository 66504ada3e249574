import { m } from ".";
import type { AccountRow } from "../host/bindings/AccountRow";
import type { Attention } from "../host/bindings/Attention";
import type { InstitutionView } from "../host/bindings/InstitutionView";
import type { PersonRef } from "../host/bindings/PersonRef";
import { civilDay, type Place } from "./dates";

/** A last day further off than this is no news: 60 days, as the attention list counts them. */
const LEAVING_SOON = 60 * 86_400_000;

/** "leaves 4 Dec", "left 30 Oct", or nothing where no end is near or known. */
export function leaving(person: PersonRef, now: number, place: Place): { text: string; small: string; left: boolean } | null {
  const { hasLeft, leavesOn } = person;
  if (hasLeft) {
    if (leavesOn === null) return { text: m.left_undated(), small: m.left_undated_small(), left: true };
    const text = m.left({ date: civilDay(leavesOn, now, place) });
    return { text, small: m.left_small({ date: civilDay(leavesOn, now, place, "short") }), left: true };
  }
  // Most people have a last day somewhere ahead. It is worth a word when there is little time left to hand over.
  if (leavesOn === null || Date.parse(leavesOn) - now > LEAVING_SOON) return null;
  const text = m.leaves({ date: civilDay(leavesOn, now, place) });
  return { text, small: m.leaves_small({ date: civilDay(leavesOn, now, place, "short") }), left: false };
}

/** The few words at the end of a list's row: what needs the reader, or how many people. `care`: it needs them. */
export function rowWords(row: AccountRow, institution: InstitutionView, now: number, place: Place): { text: string; care: boolean } {
  if (row.attention) return { text: attentionShort(row.attention, now, place), care: true };
  if (row.state === "suspended") return { text: m.row_suspended(), care: false };
  if (row.people !== null && row.people > 0) return { text: m.people_count({ count: row.people }), care: false };
  if (!row.hasAddress) return { text: m.row_no_mailbox(), care: false };
  return { text: row.people === 0 ? m.people_none({ owner: institution.words.owner }) : "", care: false };
}

function attentionShort(attention: Attention, now: number, place: Place): string {
  const date = attention.by === null ? "" : civilDay(attention.by, now, place, "short");
  switch (attention.kind) {
    case "owner-leaves":
      return attention.hasLeft || !date ? m.at_owner_left_row() : m.at_owner_leaves_row({ date });
    case "leaver-has-access":
      return m.at_leaver_row();
    case "expires":
      return m.at_expires_row({ date });
    case "never-activated":
      return m.at_never_row();
    case "over-quota":
      return m.at_quota_row();
    case "password-without-mfa":
      return m.at_mfa_row();
    case "hidden-with-people":
      return m.at_hidden_row();
    case "many-people":
      return m.at_many_row({ count: attention.count });
  }
}
