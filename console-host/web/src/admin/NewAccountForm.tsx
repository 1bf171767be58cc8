import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import { ApiError, messageOf } from "../api/problem";
import { keys } from "../api/queries";
import { Button } from "../ui/Button";
import { SelectField, TextField } from "../ui/Field";
import { ErrorNote } from "../ui/Notes";
import type { Secret } from "./accounts/SecretDialog";

const roles = [
  { value: "user", label: "User: own desktops" },
  { value: "admin", label: "Administrator: everyone's desktops and accounts" },
];

export function NewAccountForm({ onClose, onSecret }: { onClose: () => void; onSecret: (secret: Secret) => void }) {
  const client = useQueryClient();
  const [userName, setUserName] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("user");
  const create = useMutation({
    mutationFn: () =>
      api.createAccount({
        userName: userName.trim(),
        displayName: displayName.trim() || userName.trim(),
        ...(email.trim() ? { email: email.trim() } : {}),
        roles: role === "admin" ? ["user", "admin"] : ["user"],
      }),
    onSuccess({ account, generatedPassword }) {
      void client.invalidateQueries({ queryKey: keys.accounts });
      onClose();
      if (generatedPassword) onSecret({ userName: account.userName, password: generatedPassword });
    },
  });
  const errors = create.error instanceof ApiError ? create.error.fieldErrors : {};

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }
  return (
    <Form className="form" onSubmit={submit}>
      <TextField label="User name" value={userName} onChange={setUserName} error={errors.userName} autoComplete="off" literal isRequired autoFocus />
      <TextField label="Full name" value={displayName} onChange={setDisplayName} error={errors.displayName} autoComplete="off" />
      <TextField label="E-mail" type="email" value={email} onChange={setEmail} error={errors.email} autoComplete="off" />
      <SelectField label="Role" value={role} onChange={setRole} options={roles} error={errors.roles} />
      {create.error && Object.keys(errors).length === 0 ? <ErrorNote>{messageOf(create.error)}</ErrorNote> : null}
      <div className="dialog-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isPending={create.isPending}>Create account</Button>
      </div>
    </Form>
  );
}
