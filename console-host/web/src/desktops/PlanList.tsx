import type { Plan } from "../api/types";

function words(actions: string[]): string {
  if (actions.includes("delete") && actions.includes("create")) return "replaced";
  if (actions.includes("delete")) return "removed";
  if (actions.includes("create")) return "created";
  return actions.includes("update") ? "changed in place" : "read";
}

export function PlanList({ plan }: { plan: Plan }) {
  const changes = plan.changes.filter((change) => !change.actions.every((action) => action === "no-op"));
  if (changes.length === 0) return <p>Terraform finds nothing to change.</p>;
  return (
    <>
      <Consequence plan={plan} />
      <ul className="plan" data-testid="plan">
        {changes.map((change) => (
          <li key={change.address} className={change.losesData ? "plan-destroys" : ""}>
            <code>{change.address}</code> is {words(change.actions)}
            {change.losesData ? " with the data it holds" : null}
            {change.replacedBecauseOf.length > 0 ? <span className="muted"> because of {change.replacedBecauseOf.join(", ")}</span> : null}
          </li>
        ))}
      </ul>
    </>
  );
}

function Consequence({ plan }: { plan: Plan }) {
  if (plan.losesData)
    return (
      <p>
        <strong>This deletes data.</strong> A disk or home directory is replaced or removed, and the files on it are gone for good.
      </p>
    );
  if (plan.destroys) return <p>The session restarts: open programs are closed, so save your work first. Your home directory and its files stay.</p>;
  return <p>Nothing is removed or replaced. Open programs may be closed while the change is applied.</p>;
}
