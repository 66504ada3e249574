import { m } from ".";
import type { Outcome } from "../host/bindings/Outcome";
import { firstName } from "./names";

/** What a person's rights come to, in a sentence. `warn`: it does not do what somebody probably wanted. */
export function outcomeWords(outcome: Outcome, name: string): { text: string; warn: boolean } {
  switch (outcome) {
    case "nothing":
      return { text: m.out_nothing(), warn: false };
    case "reads-cannot-send":
      return { text: m.out_reads_cannot_send(), warn: false };
    case "reads-and-writes-as":
      return { text: m.out_reads_and_writes_as(), warn: false };
    case "reads-and-writes-on-behalf":
      return { text: m.out_reads_and_writes_on_behalf({ first: firstName(name) }), warn: false };
    case "reads-and-writes-as-both":
      return { text: m.out_reads_and_writes_as_both(), warn: false };
    case "sends-cannot-read":
      return { text: m.out_sends_cannot_read(), warn: true };
    case "opens-nothing":
      return { text: m.out_opens_nothing(), warn: true };
    case "books":
      return { text: m.out_books(), warn: false };
    case "approves-bookings":
      return { text: m.out_approves_bookings(), warn: false };
  }
}
