import { useRef, useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { ApiError, messageOf } from "../api/problem";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/Field";
import { ErrorNote } from "../ui/Notes";
import { CodeField } from "./CodeField";
import { factorApi } from "./factorApi";

type By = "code" | "password";

/** Does something sensitive; when the server asks first whether it is still the same person, a dialog asks for it and the thing is done again. */
export function useProof() {
  const [by, setBy] = useState<By | null>(null);
  const answered = useRef<(proved: boolean) => void>(undefined);

  async function withProof<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const asked = thrown instanceof ApiError && thrown.code === "proof_required" ? thrown.problem.by : undefined;
      if (asked !== "code" && asked !== "password") throw thrown;
      const proved = await new Promise<boolean>((resolve) => {
        answered.current = resolve;
        setBy(asked);
      });
      if (!proved) throw thrown;
      return work();
    }
  }
  function close(proved: boolean) {
    setBy(null);
    answered.current?.(proved);
  }
  return { withProof, proofDialog: <ProofDialog by={by} onClose={close} /> };
}

function ProofDialog({ by, onClose }: { by: By | null; onClose: (proved: boolean) => void }) {
  return (
    <Dialog title="Show that it is you" isOpen={by !== null} onClose={() => onClose(false)}>
      {by === null ? null : <ProofForm by={by} onClose={onClose} />}
    </Dialog>
  );
}

function ProofForm({ by, onClose }: { by: By; onClose: (proved: boolean) => void }) {
  const [value, setValue] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = error instanceof ApiError ? error.fieldErrors : {};

  async function submit(event: FormEvent) {
    event.preventDefault();
    // The dialog may lie inside another form in React's tree.
    event.stopPropagation();
    setBusy(true);
    try {
      await factorApi.prove({ [by]: value });
      onClose(true);
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  }
  return (
    <Form className="form" onSubmit={(event) => void submit(event)}>
      <p>This changes how your account is protected.</p>
      {by === "code"
        ? <CodeField value={value} onChange={setValue} error={fields.code} autoFocus />
        : <TextField label="Your password" type="password" autoComplete="current-password" value={value} onChange={setValue} error={fields.password} isRequired autoFocus />}
      {error !== null && Object.keys(fields).length === 0 ? <ErrorNote>{messageOf(error)}</ErrorNote> : null}
      <div className="dialog-actions">
        <Button onPress={() => onClose(false)}>Cancel</Button>
        <Button type="submit" variant="primary" isPending={busy}>Go on</Button>
      </div>
    </Form>
  );
}
