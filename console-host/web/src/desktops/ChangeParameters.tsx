import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation } from "@tanstack/react-query";
import { api, type DesktopChange } from "../api/client";
import { ApiError, messageOf } from "../api/problem";
import type { Desktop, Plan, Scalar, Template } from "../api/types";
import { ParameterFields } from "../create/ParameterFields";
import { initialValues, serverErrors, toParameters, validate, type FieldErrors } from "../create/validation";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/Dialog";
import { ErrorNote, InfoNote } from "../ui/Notes";
import { allowed, type DesktopActions } from "./actions";
import { PlanList } from "./PlanList";

interface Props {
  desktop: Desktop;
  template: Template;
  actions: DesktopActions;
}

interface Proposal {
  change: DesktopChange;
  plan: Plan;
}

/** Changes what may be changed, after showing what Terraform would do. */
export function ChangeParameters({ desktop, template, actions }: Props) {
  const mutable = template.parameters.filter((parameter) => parameter.mutable);
  const [values, setValues] = useState(() => initialValues(mutable, desktop.parameters));
  const [errors, setErrors] = useState<FieldErrors>({});
  const [proposal, setProposal] = useState<Proposal | null>(null);
  const plan = useMutation({ mutationFn: (change: DesktopChange) => api.planDesktop(desktop.id, change) });
  const may = allowed(desktop).change;
  const changed = mutable.filter((parameter) => toParameters([parameter], values)[parameter.name] !== desktop.parameters[parameter.name]);

  async function propose(change: DesktopChange) {
    try {
      setProposal({ change, plan: await plan.mutateAsync(change) });
    } catch (error) {
      if (error instanceof ApiError) setErrors(serverErrors(error.fieldErrors));
    }
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    const found = validate(mutable, values);
    setErrors(found);
    if (Object.keys(found).length === 0) void propose({ parameters: toParameters(changed, values) });
  }

  return (
    <section className="panel" aria-labelledby="change" id="change-panel">
      <h2 id="change">Settings</h2>
      {desktop.template.outdated ? (
        <InfoNote>
          <p>The template has a newer version. Updating shows first what would change.</p>
          <Button small isDisabled={!may} isPending={plan.isPending} onPress={() => void propose({ version: template.version })}>Update to the new version</Button>
        </InfoNote>
      ) : null}
      <Fixed desktop={desktop} template={template} />
      {mutable.length > 0 ? (
        <Form className="form" onSubmit={submit}>
          <ParameterFields parameters={mutable} values={values} errors={errors} onChange={(name, value) => setValues((old) => ({ ...old, [name]: value }))} />
          <div className="form-actions">
            <Button type="submit" isDisabled={!may || changed.length === 0} isPending={plan.isPending}>Review the change</Button>
            {may ? null : <p className="muted">Settings can be changed while the desktop is running or stopped.</p>}
          </div>
        </Form>
      ) : null}
      {plan.error && Object.keys(errors).length === 0 ? <ErrorNote>{messageOf(plan.error)}</ErrorNote> : null}
      <ConfirmDialog
        title={titleOf(proposal?.plan)}
        isOpen={proposal !== null}
        onClose={() => setProposal(null)}
        confirmLabel={proposal?.plan.losesData ? "Delete data and apply" : "Apply change"}
        danger={proposal?.plan.losesData}
        onConfirm={async () => {
          if (proposal) await actions.change.mutateAsync({ ...proposal.change, ...(proposal.plan.losesData ? { confirmReplacement: true } : {}) });
        }}
      >
        {proposal ? <PlanList plan={proposal.plan} /> : null}
      </ConfirmDialog>
    </section>
  );
}

function titleOf(plan?: Plan): string {
  if (plan?.losesData) return "Lose data on this desktop?";
  return plan?.destroys ? "Restart the session?" : "Apply this change?";
}

function shown(value: Scalar | undefined): string {
  return typeof value === "boolean" ? (value ? "Yes" : "No") : String(value ?? "");
}

function Fixed({ desktop, template }: Pick<Props, "desktop" | "template">) {
  const fixed = template.parameters.filter((parameter) => !parameter.mutable);
  if (fixed.length === 0) return null;
  return (
    <dl className="facts">
      {fixed.map((parameter) => (
        <div key={parameter.name}>
          <dt>{parameter.title}</dt>
          <dd>{shown(desktop.parameters[parameter.name])}</dd>
        </div>
      ))}
    </dl>
  );
}
