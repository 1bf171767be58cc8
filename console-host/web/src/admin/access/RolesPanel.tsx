import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { entitlementsQuery, permissionsQuery, rolesQuery } from "../../api/queries";
import type { Role } from "../../api/types";
import { TextField } from "../../ui/Field";
import { CheckList } from "./CheckList";
import { RuleForm } from "./RuleForm";
import { RuleList } from "./RuleList";
import { entitlementLabel } from "./words";

export function RolesPanel() {
  return (
    <RuleList<Role>
      title="Roles" one="role" list={useQuery(rolesQuery)} head={["Role", "Allows", "Entitlements"]} empty="No role."
      nameOf={(role) => role.name}
      cells={(role) => (
        <>
          <th scope="row">{role.name}{role.builtIn ? <> <span className="badge badge-idle">Built in</span></> : null}{role.description ? <><br /><span className="muted">{role.description}</span></> : null}</th>
          <td>{role.permissions.join(", ") || "Nothing"}</td>
          <td>{role.entitlements.join(", ") || "None"}</td>
        </>
      )}
      form={(role, onClose) => <RoleForm role={role} onClose={onClose} />}
      remove={(role) => api.deleteRole(role.name)}
      lost={() => "Accounts that have the role of their own lose what only it allowed."}
      isFixed={(role) => role.builtIn}
    />
  );
}

function RoleForm({ role, onClose }: { role: Role | null; onClose: () => void }) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState(role?.description ?? "");
  const [permissions, setPermissions] = useState(role?.permissions ?? []);
  const [entitlements, setEntitlements] = useState(role?.entitlements ?? []);
  const allowed = useQuery(permissionsQuery);
  const offered = useQuery(entitlementsQuery);
  const fixed = role?.builtIn ?? false;
  const save = () => api.putRole({ name: role?.name ?? name.trim(), description: description.trim() || null, permissions, entitlements, version: role?.version ?? 0 });
  return (
    <RuleForm save={save} onClose={onClose}>
      {(errors) => (
        <>
          {role ? null : <TextField label="Name" value={name} onChange={setName} error={errors.name} description="a-z, 0-9 and '-'." literal isRequired autoFocus />}
          {fixed ? null : <TextField label="Description" value={description} onChange={setDescription} error={errors.description} />}
          {fixed ? null : (
            <CheckList
              legend="Allows" chosen={permissions} onChange={setPermissions} error={errors.permissions} empty="Loading what can be allowed"
              options={(allowed.data ?? []).map((permission) => ({ value: permission.name, label: permission.name, description: permission.description }))}
            />
          )}
          <CheckList
            legend="Entitlements" chosen={entitlements} onChange={setEntitlements} error={errors.entitlements} empty="There is no entitlement yet."
            options={(offered.data ?? []).map((one) => ({ value: one.id, label: one.id, description: entitlementLabel(one) }))}
          />
        </>
      )}
    </RuleForm>
  );
}
