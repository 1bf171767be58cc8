import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { keys, templatesQuery } from "../../api/queries";
import { SelectField } from "../../ui/Field";
import { LoadFailed, Skeleton } from "../../ui/Notes";
import { Table } from "../Table";

/** Who can use a template, and why. */
export function WaysPanel() {
  const templates = useQuery(templatesQuery);
  const [chosen, setChosen] = useState("");
  const template = chosen || (templates.data?.items[0]?.name ?? "");
  const ways = useQuery({ queryKey: keys.waysTo(template), queryFn: async ({ signal }) => (await api.waysTo(template, signal)).items, enabled: template !== "" });
  return (
    <section className="panel" aria-labelledby="ways">
      <div className="panel-head"><h2 id="ways">Who can use this template, and why</h2></div>
      <div className="filters">
        <SelectField label="Template" value={template} onChange={setChosen} options={(templates.data?.items ?? []).map((one) => ({ value: one.name, label: one.title }))} />
      </div>
      {ways.isLoading ? <Skeleton lines={2} /> : null}
      {ways.isError ? <LoadFailed what="The ways to this template" error={ways.error} onRetry={() => void ways.refetch()} /> : null}
      {ways.data?.every((way) => way.roles.length === 0) ? <p className="muted">Nobody: no role carries an entitlement to it.</p> : null}
      {ways.data?.some((way) => way.roles.length > 0) ? (
        <Table label="Ways to the template" head={["Role", "Through the groups", "By the entitlement", "At most"]}>
          {ways.data.flatMap((way) => way.roles.map((role) => (
            <tr key={`${way.entitlement} ${role.role}`}>
              <th scope="row">{role.role}</th>
              <td>{role.groups.join(", ") || "Accounts that have it of their own"}</td>
              <td>{way.entitlement}</td>
              <td>{way.maximum ?? "As the template allows"}</td>
            </tr>
          )))}
        </Table>
      ) : null}
    </section>
  );
}
