import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { api } from "../api/client";
import { ApiError, messageOf } from "../api/problem";
import { keys } from "../api/queries";
import type { Template } from "../api/types";
import { applyDesktop, applyOperation } from "../live/reducer";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { ErrorNote } from "../ui/Notes";
import { ParameterFields } from "./ParameterFields";
import { useIdempotencyKey } from "./useIdempotencyKey";
import { cleanName, hourlyCost, initialValues, money, nameError, serverErrors, toParameters, validate, type FieldErrors } from "./validation";

interface Props {
  template: Template;
  suggestedName: string;
}

export function CreateForm({ template, suggestedName }: Props) {
  const [name, setName] = useState(suggestedName);
  const [values, setValues] = useState(() => initialValues(template.parameters));
  const [errors, setErrors] = useState<FieldErrors>({});
  const create = useCreate(template.name);
  const cost = hourlyCost(template.parameters, values);
  const full = template.quota.used >= template.quota.limit;

  function change(field: string, value: string | boolean) {
    setValues((old) => ({ ...old, [field]: value }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([name]) => name !== field)));
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    const wrongName = nameError(name);
    const found = { ...validate(template.parameters, values), ...(wrongName ? { name: wrongName } : {}) };
    setErrors(found);
    if (Object.keys(found).length > 0) return focusFirstError();
    create.mutate(
      { name: cleanName(name), parameters: toParameters(template.parameters, values) },
      { onError: (error) => error instanceof ApiError && setErrors(serverErrors(error.fieldErrors)) },
    );
  }

  const known = new Set(["name", ...template.parameters.map((parameter) => parameter.name)]);
  const onFields = Object.keys(errors).length > 0 && Object.keys(errors).every((field) => known.has(field));
  return (
    <Form className="form" onSubmit={submit}>
      <TextField label="Name" description="Only you and administrators see it. You can change it later." value={name} onChange={setName} error={errors.name} maxLength={60} />
      <ParameterFields parameters={template.parameters} values={values} errors={errors} onChange={change} />
      {create.error && !onFields ? <ErrorNote>{messageOf(create.error)}</ErrorNote> : null}
      {full ? <ErrorNote>You have all {template.quota.limit} desktops of this template that you may have. Delete one first.</ErrorNote> : null}
      {template.unavailable ? <ErrorNote>{template.unavailable}</ErrorNote> : null}
      <div className="form-actions">
        <Button type="submit" variant="primary" isDisabled={full || Boolean(template.unavailable)} isPending={create.isPending}>
          Create desktop
        </Button>
        {cost === null ? null : <p className="muted">{money(cost)} an hour while it runs</p>}
      </div>
    </Form>
  );
}

function useCreate(template: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const keyFor = useIdempotencyKey();
  return useMutation({
    mutationFn: (body: { name: string; parameters: ReturnType<typeof toParameters> }) =>
      api.createDesktop(template, body.name, body.parameters, keyFor({ template, ...body })),
    onSuccess(accepted) {
      if (accepted.operation) applyOperation(client, accepted.operation);
      applyDesktop(client, accepted.desktop);
      void client.invalidateQueries({ queryKey: keys.templates });
      void navigate(`/desktops/${accepted.desktop.id}`);
    },
  });
}

function focusFirstError() {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-invalid] input, [aria-invalid=true]")?.focus());
}
