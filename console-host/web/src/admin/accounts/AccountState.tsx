import type { Account } from "../../api/types";
import { Time } from "../../ui/Time";
import { useNow } from "../../ui/time";

export function AccountState({ account }: { account: Account }) {
  const now = useNow(30_000);
  if (account.disabled) return <span className="badge badge-bad">Disabled</span>;
  if (account.kind === "service") return <span className="badge badge-idle">Service account</span>;
  if (account.lockedUntil && Date.parse(account.lockedUntil) > now) {
    return <span className="badge badge-busy">Locked, opens <Time at={account.lockedUntil} /></span>;
  }
  return account.mustChangePassword ? <span className="badge badge-idle">New password due</span> : <span className="badge badge-good">Active</span>;
}
