import type { Desktop, Me } from "../api/types";
import { useMe } from "../session/SessionGate";

/** What this person may do with this desktop, whatever state it is in; the same answers the server gives. */
export function rightsOf(me: Pick<Me, "id" | "permissions">, desktop: Pick<Desktop, "owner">) {
  const own = desktop.owner.id === me.id;
  const has = (permission: string) => me.permissions.includes(permission);
  const uses = own && has("desktops.use");
  const manages = has("desktops.manage");
  return {
    open: uses || has("desktops.connect"),
    power: uses || manages || has("desktops.stop"),
    change: uses || manages,
    remove: own || manages,
    steer: own || manages,
    transfer: manages,
  };
}

export function useRights(desktop: Pick<Desktop, "owner">) {
  return rightsOf(useMe(), desktop);
}
