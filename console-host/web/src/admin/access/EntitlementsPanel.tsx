import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { entitlementsQuery, templatesQuery } from "../../api/queries";
import type { Entitlement } from "../../api/types";
import { SelectField, TextField } from "../../ui/Field";
import { RuleForm } from "./RuleForm";
import { RuleList } from "./RuleList";

export function EntitlementsPanel() {
  return (
    <RuleList<Entitlement>
      title="Entitlements" one="entitlement" list={useQuery(entitlementsQuery)} head={["Entitlement", "Opens", "Desktops per person"]}
      empty="No entitlement: nobody can create a desktop. Make one, then give it to a role."
      nameOf={(entitlement) => entitlement.id}
      cells={(entitlement) => (
        <>
          <th scope="row">{entitlement.id}{entitlement.description ? <><br /><span className="muted">{entitlement.description}</span></> : null}</th>
          <td>{entitlement.template === "*" ? "Every template" : entitlement.template}</td>
          <td>{entitlement.maximum ?? "As many as the template allows"}</td>
        </>
      )}
      form={(entitlement, onClose) => <EntitlementForm entitlement={entitlement} onClose={onClose} />}
      remove={(entitlement) => api.deleteEntitlement(entitlement.id)}
      lost={() => "Desktops that exist are kept; nobody can create another one by it."}
    />
  );
}

function EntitlementForm({ entitlement, onClose }: { entitlement: Entitlement | null; onClose: () => void }) {
  const [id, setId] = useState("");
  const [description, setDescription] = useState(entitlement?.description ?? "");
  const [template, setTemplate] = useState(entitlement?.template ?? "*");
  const [maximum, setMaximum] = useState(entitlement?.maximum?.toString() ?? "");
  const templates = useQuery(templatesQuery);
  const names = [...new Set([...(templates.data?.items ?? []).map((one) => one.name), ...(template === "*" ? [] : [template])])].sort();
  const save = () =>
    api.putEntitlement({
      id: entitlement?.id ?? id.trim(), description: description.trim() || null, template,
      maximum: maximum.trim() === "" ? null : Number(maximum), version: entitlement?.version ?? 0,
    });
  return (
    <RuleForm save={save} onClose={onClose}>
      {(errors) => (
        <>
          {entitlement ? null : <TextField label="Id" value={id} onChange={setId} error={errors.id} description="a-z, 0-9 and '-'." literal isRequired autoFocus />}
          <TextField label="Description" value={description} onChange={setDescription} error={errors.description} />
          <SelectField
            label="Template" value={template} onChange={setTemplate} error={errors.template}
            options={[{ value: "*", label: "Every template" }, ...names.map((name) => ({ value: name, label: name }))]}
          />
          <TextField label="Desktops per person" value={maximum} onChange={setMaximum} error={errors.maximum} inputMode="numeric" type="number" description="Empty for as many as the template allows." />
        </>
      )}
    </RuleForm>
  );
}
