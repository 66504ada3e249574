import { m } from ".";
import type { InstitutionView } from "../host/bindings/InstitutionView";
import type { MayNotAsk } from "../host/bindings/MayNotAsk";
import type { Offer } from "../host/bindings/Offer";

/** Why somebody may not ask, and whom to turn to. */
export function mayNotWords(why: MayNotAsk, { words: { accounts, owner, unit, itOfficer, serviceDesk: desk } }: InstitutionView): string {
  switch (why) {
    case "not-offered":
      return m.mn_not_offered();
    case "not-yours":
      return m.mn_not_yours({ owner, unit, itOfficer });
    case "signed-in-as-it":
      return m.mn_itself({ owner });
    case "not-by-delegation":
      return m.mn_not_by_delegation();
    case "not-this-kind":
      return m.mn_not_this_kind();
    case "access-not-shown":
      return m.mn_not_shown({ desk });
    case "nothing-to-activate":
      return m.mn_active();
    case "closed":
      return m.mn_closed();
    case "no-end":
      return m.mn_no_end();
    case "for-it-officers":
      return m.mn_officers({ itOfficer });
    case "may-not-own":
      return m.mn_may_not_own({ accounts });
    case "for-team":
      return m.mn_team();
  }
}

/** The same of an offer: where it is for other people, the institution says what to do instead. */
export function whyNotWords({ whyNot, otherwise }: Pick<Offer, "whyNot" | "otherwise">, institution: InstitutionView): string {
  if (whyNot === null) return "";
  const { accounts, itOfficer, owner, unit } = institution.words;
  const forOthers: Partial<Record<MayNotAsk, () => string>> = {
    "not-yours": () => m.wy_not_yours({ owner, unit }),
    "signed-in-as-it": () => m.wy_itself(),
    "for-it-officers": () => m.wy_officers({ itOfficer }),
    "may-not-own": () => m.wy_may_not_own({ accounts }),
    "for-team": () => m.mn_team(),
  };
  const words = forOthers[whyNot];
  return words && otherwise ? `${words()} ${otherwise}` : mayNotWords(whyNot, institution);
}
