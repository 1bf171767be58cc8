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
      {plan.destroys ? (
        <p>
          <strong>What is replaced or removed loses the data it holds.</strong> If that is a disk or a home directory, its files are gone.
        </p>
      ) : (
        <p>Nothing is removed or replaced. Open programs may be closed while the change is applied.</p>
      )}
      <ul className="plan" data-testid="plan">
        {changes.map((change) => (
          <li key={change.address} className={change.actions.includes("delete") ? "plan-destroys" : ""}>
            <code>{change.address}</code> is {words(change.actions)}
            {change.replacedBecauseOf.length > 0 ? <span className="muted"> because of {change.replacedBecauseOf.join(", ")}</span> : null}
          </li>
        ))}
      </ul>
    </>
  );
}
