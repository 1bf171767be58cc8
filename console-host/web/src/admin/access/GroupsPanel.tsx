import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { groupsQuery, rolesQuery } from "../../api/queries";
import type { Group } from "../../api/types";
import { TextField } from "../../ui/Field";
import { CheckList } from "./CheckList";
import { RuleForm } from "./RuleForm";
import { RuleList } from "./RuleList";

export function GroupsPanel() {
  return (
    <RuleList<Group>
      title="Groups" one="group" list={useQuery(groupsQuery)} head={["Group", "Gives the roles"]}
      empty="No group yet. Its members come from accounts, directories and identity providers; here you say what membership gives."
      nameOf={(group) => group.name}
      cells={(group) => (
        <>
          <th scope="row">{group.name}{group.description ? <><br /><span className="muted">{group.description}</span></> : null}</th>
          <td>{group.roles.join(", ") || "None"}</td>
        </>
      )}
      form={(group, onClose) => <GroupForm group={group} onClose={onClose} />}
      remove={(group) => api.deleteGroup(group.name)}
      lost={(group) => `Its members lose what only this group gave them: ${group.roles.join(", ") || "nothing"}. Their desktops are kept.`}
    />
  );
}

function GroupForm({ group, onClose }: { group: Group | null; onClose: () => void }) {
  const [name, setName] = useState(group?.name ?? "");
  const [description, setDescription] = useState(group?.description ?? "");
  const [roles, setRoles] = useState(group?.roles ?? []);
  const all = useQuery(rolesQuery);
  const save = () => api.putGroup({ name: group?.name ?? name.trim(), description: description.trim() || null, roles, version: group?.version ?? 0 });
  return (
    <RuleForm save={save} onClose={onClose}>
      {(errors) => (
        <>
          {group ? null : <TextField label="Name" value={name} onChange={setName} error={errors.name} description="Exactly as the directory or provider writes it." literal isRequired autoFocus />}
          <TextField label="Description" value={description} onChange={setDescription} error={errors.description} />
          <CheckList
            legend="Roles" chosen={roles} onChange={setRoles} error={errors.roles} empty="Loading the roles"
            options={(all.data ?? []).map((role) => ({ value: role.name, label: role.name, description: role.description }))}
          />
        </>
      )}
    </RuleForm>
  );
}
