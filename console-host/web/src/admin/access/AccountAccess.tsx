import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { api, type AccountChange } from "../../api/client";
import { keys, rolesQuery } from "../../api/queries";
import type { Account } from "../../api/types";
import { useMay } from "../../session/SessionGate";
import { TextField } from "../../ui/Field";
import { LoadFailed, Skeleton } from "../../ui/Notes";
import { CheckList } from "./CheckList";
import { RuleForm } from "./RuleForm";
import { entitlementLabel, reasonLabel } from "./words";

/** What a person can do, and why; and, for those who may, their roles and groups. */
export function AccountAccess({ account, onChange, onClose }: { account: Account; onChange: (change: AccountChange) => Promise<unknown>; onClose: () => void }) {
  const mayManage = useMay("accounts.manage");
  const mayRead = useMay("access.read");
  return (
    <>
      {mayManage ? <RolesAndGroups account={account} onChange={onChange} onClose={onClose} /> : null}
      {mayRead ? <Why account={account} /> : null}
    </>
  );
}

function RolesAndGroups({ account, onChange, onClose }: { account: Account; onChange: (change: AccountChange) => Promise<unknown>; onClose: () => void }) {
  const [roles, setRoles] = useState(account.roles);
  const [groups, setGroups] = useState(account.groups.join(", "));
  const all = useQuery(rolesQuery);
  const save = () => onChange({ roles, groups: groups.split(",").map((name) => name.trim()).filter((name) => name !== "") });
  return (
    <RuleForm save={save} onClose={onClose}>
      {(errors) => (
        <>
          <CheckList
            legend="Roles of the account itself" chosen={roles} onChange={setRoles} error={errors.roles} empty="Loading the roles"
            options={(all.data ?? []).map((role) => ({ value: role.name, label: role.name, description: role.description }))}
          />
          <TextField label="Groups" value={groups} onChange={setGroups} error={errors.groups} description="Separated by commas." literal />
        </>
      )}
    </RuleForm>
  );
}

/** What a person can do, and where each thing comes from. */
export function Why({ account }: { account: Account }) {
  const access = useQuery({ queryKey: keys.accessOf(account.id), queryFn: ({ signal }) => api.accessOf(account.id, signal) });
  if (access.isPending) return <Skeleton lines={4} />;
  if (access.isError) return <LoadFailed what="What this person can do" error={access.error} onRetry={() => void access.refetch()} />;
  const { permissions, entitlements } = access.data;
  return (
    <section aria-labelledby="why">
      <h3 id="why">What {account.userName} can do, and why</h3>
      {permissions.length + entitlements.length === 0 ? <p className="muted">Nothing: no role, no group that gives one.</p> : null}
      <dl className="facts">
        {entitlements.map((one) => <div key={one.entitlement}><dt>Desktops of {entitlementLabel(one)}</dt><dd>{one.because.map(reasonLabel).join("; ")}</dd></div>)}
        {permissions.map((one) => <div key={one.permission}><dt>{one.permission}</dt><dd>{one.because.map(reasonLabel).join("; ")}</dd></div>)}
      </dl>
    </section>
  );
}
