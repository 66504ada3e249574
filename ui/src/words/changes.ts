import { m } from ".";
import type { Change } from "../host/bindings/Change";
import type { InstitutionView } from "../host/bindings/InstitutionView";
import type { RightId } from "../host/bindings/RightId";

/** The institution's names for rights; the directory's own where it has none. */
export function rightNames(rights: readonly RightId[], institution: InstitutionView): string {
  const names = rights.map((id) => institution.rights.find((right) => right.id === id)?.term ?? id);
  return new Intl.ListFormat(institution.locale, { type: "conjunction" }).format(names);
}

export function changeWords(change: Change, institution: InstitutionView): string {
  const rights = (ids: readonly RightId[]) => rightNames(ids, institution);
  const or = (text: string | null) => text ?? m.ch_none();
  const kind = (id: string) => institution.kinds.find((kind) => kind.id === id)?.name ?? id;
  switch (change.what) {
    case "access-given":
      return change.rights.length > 0
        ? m.ch_access_given({ name: change.name, rights: rights(change.rights) })
        : m.ch_access_given_plain({ name: change.name });
    case "access-taken":
      return m.ch_access_taken({ name: change.name });
    case "rights-changed": {
      const { name } = change;
      const [added, removed] = [rights(change.added), rights(change.removed)];
      if (added && removed) return m.ch_rights_both({ name, added, removed });
      return added ? m.ch_rights_added({ name, added }) : m.ch_rights_removed({ name, removed });
    }
    case "owner":
      return m.ch_owner({ owner: institution.words.owner, before: or(change.before), after: or(change.after) });
    case "kind":
      return m.ch_kind({ before: kind(change.before), after: kind(change.after) });
    case "name":
      return m.ch_name({ before: change.before, after: change.after });
    case "address":
      return m.ch_address({ before: or(change.before), after: or(change.after) });
    case "state":
      return m.ch_state();
    case "sign-in":
      return m.ch_sign_in();
    case "expiry":
      return m.ch_expiry();
    case "unit":
      return m.ch_unit({ before: or(change.before), after: or(change.after) });
    case "address-list":
      return change.hidden ? m.ch_hidden() : m.ch_unhidden();
  }
}
