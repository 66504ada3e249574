import { m } from ".";
import type { AnswerShown } from "../host/bindings/AnswerShown";
import type { Edit } from "../host/bindings/Edit";
import type { InstitutionView } from "../host/bindings/InstitutionView";
import { rightNames } from "./changes";
import { civilDay, day, moment, type Place } from "./dates";

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Which fact it is: of access the person. */
export function factName(fact: Edit, { words: { owner } }: InstitutionView): string {
  switch (fact.what) {
    case "access":
      return fact.to.name;
    case "owner":
      return capital(m.fc_owner({ owner }));
    case "kind":
      return m.fc_kind();
    case "username":
      return m.fc_username();
    case "display-name":
      return m.fc_name();
    case "state":
      return m.fc_state();
    case "expires":
      return m.fc_expires();
  }
}

/** What the fact says. */
export function factWords(fact: Edit, institution: InstitutionView, now: number, place: Place): string {
  switch (fact.what) {
    case "access":
      return fact.rights.length > 0 ? rightNames(fact.rights, institution) : m.ck_no_access();
    case "owner":
      return fact.to.name;
    case "kind":
      return institution.kinds.find(({ id }) => id === fact.kind)?.name ?? fact.kind;
    case "username":
      return fact.username;
    case "display-name":
      return fact.name;
    case "state":
      return { active: m.fc_active, "never-activated": m.fc_never, suspended: m.fc_suspended, "not-known": m.fc_not_known }[fact.state]();
    case "expires": {
      const at = moment(fact.at);
      return at === null ? fact.at : day(at, now, place);
    }
  }
}

/** An answer to a question of the institution, as people read it. */
export function answerWords(answer: AnswerShown, now: number, place: Place): string {
  switch (answer.type) {
    case "yes-no":
      return answer.value ? m.ak_yes() : m.ak_no();
    case "number":
      return answer.value.toLocaleString(place.locale);
    case "text":
      return answer.value;
    case "day":
      return civilDay(answer.value, now, place);
  }
}

/** "remove the password": a name in the middle of a sentence. What begins with more than one capital stays as it is. */
export function within(name: string): string {
  return /^\p{Lu}(?!\p{Lu})/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}
