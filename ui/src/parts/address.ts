/** An address in the two parts that eyes tell apart: what differs leads, the domain follows. */
export interface Lockup {
  local: string;
  domain: string;
}

/** Splits at the last `@`, so that a quoted local part stays whole. A label without one is all local part. */
export function lockup(label: string): Lockup {
  const at = label.lastIndexOf("@");
  return at <= 0 ? { local: label, domain: "" } : { local: label.slice(0, at), domain: label.slice(at) };
}
