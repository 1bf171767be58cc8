import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import type { Desktop } from "../api/types";
import { ApiError, messageOf } from "../api/problem";
import { cleanName, nameError } from "../create/validation";
import { Button } from "../ui/Button";
import { ConfirmDialog, Dialog } from "../ui/Dialog";
import { TextField } from "../ui/Field";
import { ErrorNote } from "../ui/Notes";
import type { DesktopActions } from "./actions";

export type DesktopDialog = "stop" | "restart" | "delete" | "rename" | null;

interface Props {
  desktop: Desktop;
  actions: DesktopActions;
  open: DesktopDialog;
  onClose: () => void;
}

export function DesktopDialogs({ desktop, actions, open, onClose }: Props) {
  return (
    <>
      <ConfirmDialog
        title={`Stop “${desktop.name}”?`}
        isOpen={open === "stop"}
        onClose={onClose}
        confirmLabel="Stop desktop"
        onConfirm={() => actions.change.mutateAsync({ state: "stopped" })}
      >
        <p>Programs that are open on it are closed, and what they have not saved is lost.</p>
        <p>Files in its home directory and on its disk are kept. You can start it again at any time.</p>
      </ConfirmDialog>
      <ConfirmDialog
        title={`Restart “${desktop.name}”?`}
        isOpen={open === "restart"}
        onClose={onClose}
        confirmLabel="Restart desktop"
        onConfirm={() => actions.restart.mutateAsync()}
      >
        <p>The machine starts anew. Programs that are open on it are closed, and what they have not saved is lost.</p>
        <p>The screen is away for a minute or two.</p>
      </ConfirmDialog>
      <ConfirmDialog
        title={`Delete “${desktop.name}”?`}
        isOpen={open === "delete"}
        onClose={onClose}
        confirmLabel="Delete desktop"
        danger
        onConfirm={() => actions.remove.mutateAsync()}
      >
        <p>
          The desktop <strong>{desktop.name}</strong> is taken down, and its home directory and disk are erased with every file on them.
        </p>
        <p>This cannot be undone. Copy anything you still need to another place first.</p>
      </ConfirmDialog>
      <Dialog title={`Rename “${desktop.name}”`} isOpen={open === "rename"} onClose={onClose}>
        {open === "rename" ? <RenameForm desktop={desktop} actions={actions} onClose={onClose} /> : null}
      </Dialog>
    </>
  );
}

function RenameForm({ desktop, actions, onClose }: Omit<Props, "open">) {
  const [name, setName] = useState(desktop.name);
  const [error, setError] = useState<string>();
  const problem = actions.change.error;
  const fieldError = error ?? (problem instanceof ApiError ? problem.fieldErrors.name : undefined);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const wrong = nameError(name);
    setError(wrong);
    if (wrong) return;
    try {
      await actions.change.mutateAsync({ name: cleanName(name) });
      onClose();
    } catch {
      // shown from the mutation's error
    }
  }
  return (
    <Form onSubmit={(event) => void submit(event)}>
      <TextField label="Name" value={name} onChange={setName} error={fieldError} maxLength={60} autoFocus />
      {problem && !fieldError ? <ErrorNote>{messageOf(problem)}</ErrorNote> : null}
      <div className="dialog-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isPending={actions.change.isPending}>
          Rename
        </Button>
      </div>
    </Form>
  );
}
