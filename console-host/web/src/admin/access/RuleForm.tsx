import { type FormEvent, type ReactNode } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, messageOf } from "../../api/problem";
import { keys } from "../../api/queries";
import { Button } from "../../ui/Button";
import { ErrorNote } from "../../ui/Notes";

export interface RuleFormProps {
  save: () => Promise<unknown>;
  onClose: () => void;
  /** Gets the server's message for each field. */
  children: (errors: Record<string, string | undefined>) => ReactNode;
}

/** Sends a rule, and shows what is wrong with it beside the field. */
export function RuleForm({ save, onClose, children }: RuleFormProps) {
  const client = useQueryClient();
  const saving = useMutation({
    mutationFn: save,
    async onSuccess() {
      await Promise.all([client.invalidateQueries({ queryKey: keys.access }), client.invalidateQueries({ queryKey: keys.templates })]);
      onClose();
    },
  });
  const errors = saving.error instanceof ApiError ? saving.error.fieldErrors : {};

  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }
  return (
    <Form className="form" onSubmit={submit}>
      {children(errors)}
      {saving.error && Object.keys(errors).length === 0 ? <ErrorNote>{messageOf(saving.error)}</ErrorNote> : null}
      <div className="dialog-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isPending={saving.isPending}>Save</Button>
      </div>
    </Form>
  );
}
