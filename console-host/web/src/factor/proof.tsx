import { useRef, useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { ApiError, messageOf } from "../api/problem";
import { PasskeyButton } from "../passkeys/PasskeyButton";
import { passkeyApi } from "../passkeys/passkeyApi";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/Field";
import { ErrorNote } from "../ui/Notes";
import { CodeField } from "./CodeField";
import { factorApi } from "./factorApi";

type By = "code" | "password" | "passkey";

interface Asked {
  by: By;
  /** A passkey will do, too. */
  passkey: boolean;
}

/** Does something sensitive; when the server asks first whether it is still the same person, a dialog asks for it and the thing is done again. */
export function useProof() {
  const [asked, setAsked] = useState<Asked | null>(null);
  const answered = useRef<(proved: boolean) => void>(undefined);

  async function withProof<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const wanted = thrown instanceof ApiError && thrown.code === "proof_required" ? thrown.problem : undefined;
      const by = wanted?.by;
      if (by !== "code" && by !== "password" && by !== "passkey") throw thrown;
      const proved = await new Promise<boolean>((resolve) => {
        answered.current = resolve;
        setAsked({ by, passkey: wanted?.passkey === "true" });
      });
      if (!proved) throw thrown;
      return work();
    }
  }
  function close(proved: boolean) {
    setAsked(null);
    answered.current?.(proved);
  }
  return { withProof, proofDialog: <ProofDialog asked={asked} onClose={close} /> };
}

function ProofDialog({ asked, onClose }: { asked: Asked | null; onClose: (proved: boolean) => void }) {
  return (
    <Dialog title="Show that it is you" isOpen={asked !== null} onClose={() => onClose(false)}>
      {asked?.passkey ? <PasskeyButton work={passkeyApi.prove} onDone={() => onClose(true)} primary={asked.by === "passkey"} /> : null}
      {asked === null ? null : <ProofForm by={asked.by} onClose={onClose} />}
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
      await factorApi.prove(by === "password" ? { password: value } : { code: value });
      onClose(true);
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  }
  return (
    <Form className="form" onSubmit={(event) => void submit(event)}>
      <p>This changes how your account is protected.</p>
      {by === "code" ? <CodeField value={value} onChange={setValue} error={fields.code} autoFocus />
        : by === "passkey" ? <TextField label="Or one of your recovery codes" autoComplete="off" literal value={value} onChange={setValue} error={fields.code} isRequired />
        : <TextField label="Your password" type="password" autoComplete="current-password" value={value} onChange={setValue} error={fields.password} isRequired autoFocus />}
      {error !== null && Object.keys(fields).length === 0 ? <ErrorNote>{messageOf(error)}</ErrorNote> : null}
      <div className="dialog-actions">
        <Button onPress={() => onClose(false)}>Cancel</Button>
        <Button type="submit" variant="primary" isPending={busy}>Go on</Button>
      </div>
    </Form>
  );
}
