import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import { ApiError, messageOf } from "../api/problem";
import { keys } from "../api/queries";
import { CheckList } from "../admin/access/CheckList";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { ErrorNote } from "../ui/Notes";

/** An account for a program: no password, only tokens. */
export function ServiceAccountForm({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [fields, setFields] = useState({ userName: "", purpose: "" });
  const [chosen, setChosen] = useState(["user"]);
  const roles = useQuery({ queryKey: [...keys.access, "roles"], queryFn: ({ signal }) => api.roles(signal) });
  const create = useMutation({
    mutationFn: () => api.createAccount({ userName: fields.userName.trim(), kind: "service", purpose: fields.purpose, roles: chosen }),
    onSuccess() {
      void client.invalidateQueries({ queryKey: keys.accounts });
      onClose();
    },
  });
  const errors = create.error instanceof ApiError ? create.error.fieldErrors : {};
  const set = (name: keyof typeof fields) => (value: string) => setFields((old) => ({ ...old, [name]: value }));
  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }
  return (
    <Form className="form" onSubmit={submit}>
      <p>For a program that calls the API. Nobody signs in with it; you give it tokens.</p>
      <TextField label="User name" value={fields.userName} onChange={set("userName")} error={errors.userName} autoComplete="off" literal isRequired autoFocus />
      <TextField label="Purpose and owner" value={fields.purpose} onChange={set("purpose")} error={errors.purpose} description="What it is for, and who answers for it" autoComplete="off" isRequired />
      <CheckList legend="Roles" chosen={chosen} onChange={setChosen} empty="" error={errors.roles} options={(roles.data ?? []).map((role) => ({ value: role.name, label: role.name, description: role.description }))} />
      {create.error && Object.keys(errors).length === 0 ? <ErrorNote>{messageOf(create.error)}</ErrorNote> : null}
      <div className="dialog-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isPending={create.isPending}>Create service account</Button>
      </div>
    </Form>
  );
}
