import type { Entitlement, Reason } from "../../api/types";

type Opened = Pick<Entitlement, "template" | "maximum">;

/** "Two of local-vnc" in words that fit behind a name. */
export function entitlementLabel({ template, maximum }: Opened): string {
  const what = template === "*" ? "every template" : template;
  return maximum === null || maximum === undefined ? `${what}, as many as it allows` : `${what}, at most ${maximum}`;
}

/** Where something comes from. */
export function reasonLabel({ role, group }: Reason): string {
  return group ? `role ${role} through the group ${group}` : `role ${role} of the account itself`;
}
