import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, messageOf } from "../api/problem";
import { factorKeys } from "../factor/factorApi";
import { useProof } from "../factor/proof";
import { RecoveryCodes } from "../factor/RecoveryCodes";
import { browserName } from "../session/browserName";
import { Button } from "../ui/Button";
import { ConfirmDialog, Dialog } from "../ui/Dialog";
import { TextField } from "../ui/Field";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { passkeyApi, passkeyKeys, type Passkey } from "./passkeyApi";
import { browserSentence, isSupported, type CreationOptions } from "./webauthn";

/** The section of the account page: add, rename, remove. */
export function MyPasskeys() {
  const client = useQueryClient();
  const mine = useQuery({ queryKey: passkeyKeys.mine, queryFn: ({ signal }) => passkeyApi.mine(signal) });
  const { withProof, proofDialog } = useProof();
  const [options, setOptions] = useState<CreationOptions | null>(null);
  const [codes, setCodes] = useState<string[]>([]);
  const begin = useMutation({ mutationFn: () => withProof(passkeyApi.begin), onSuccess: (begun) => setOptions(begun.options) });
  const changed = () => Promise.all([client.invalidateQueries({ queryKey: passkeyKeys.mine }), client.invalidateQueries({ queryKey: factorKeys.mine })]);
  function added(recoveryCodes: string[]) {
    setOptions(null);
    setCodes(recoveryCodes);
    void changed();
  }
  return (
    <section className="panel" aria-labelledby="passkeys">
      <h2 id="passkeys">Passkeys</h2>
      <p className="muted">A passkey signs you in with your device’s PIN, finger or face, without a password. After a password it is your second factor. Nobody can read it off, and it works on this site alone.</p>
      {mine.isPending ? <Skeleton /> : null}
      {mine.isError && !mine.data ? <LoadFailed what="Your passkeys" error={mine.error} onRetry={() => void mine.refetch()} /> : null}
      <ul className="history" aria-label="Passkeys">{mine.data?.items.map((passkey) => <Line key={passkey.id} passkey={passkey} onRemove={() => withProof(() => passkeyApi.remove(passkey.id)).then(changed)} onRenamed={changed} />)}</ul>
      {mine.data && !mine.data.offered ? <p>{mine.data.reason}</p> : null}
      {mine.data?.offered && !isSupported() ? <p>This browser does not know passkeys.</p> : null}
      {mine.data?.offered && isSupported() ? <Button isPending={begin.isPending} onPress={() => begin.mutate()}>Add a passkey</Button> : null}
      {begin.error ? <ErrorNote>{messageOf(begin.error)}</ErrorNote> : null}
      <Dialog title="Add a passkey" isOpen={options !== null} onClose={() => setOptions(null)}>
        {options ? <Add options={options} onAdded={added} onClose={() => setOptions(null)} /> : null}
      </Dialog>
      <Dialog title="Your recovery codes" isOpen={codes.length > 0} onClose={() => setCodes([])} role="alertdialog">
        <RecoveryCodes codes={codes} onDone={() => setCodes([])} />
      </Dialog>
      {proofDialog}
    </section>
  );
}

function Line({ passkey, onRemove, onRenamed }: { passkey: Passkey; onRemove: () => Promise<unknown>; onRenamed: () => Promise<unknown> }) {
  const [step, setStep] = useState<"rename" | "remove" | null>(null);
  const close = () => setStep(null);
  return (
    <li>
      <strong>{passkey.name}</strong>
      {passkey.synced ? <span className="tag">Synced</span> : null}
      {passkey.verifies ? null : <span className="tag">Second factor only</span>}
      <span className="muted">added <Time at={passkey.createdAt} /> · {passkey.lastUsedAt ? <>last used <Time at={passkey.lastUsedAt} /></> : "never used"}</span>
      <span className="row-actions">
        <Button small aria-label={`Rename: ${passkey.name}`} onPress={() => setStep("rename")}>Rename</Button>
        <Button small aria-label={`Remove: ${passkey.name}`} onPress={() => setStep("remove")}>Remove</Button>
      </span>
      <Dialog title={`Rename ${passkey.name}`} isOpen={step === "rename"} onClose={close}>
        <Rename passkey={passkey} onClose={close} onRenamed={onRenamed} />
      </Dialog>
      <ConfirmDialog title={`Remove ${passkey.name}?`} isOpen={step === "remove"} onClose={close} confirmLabel="Remove passkey" danger onConfirm={onRemove}>
        <p>It is refused from now on. Your device may go on offering it until you delete it there, too.</p>
      </ConfirmDialog>
    </li>
  );
}

function Add({ options, onAdded, onClose }: { options: CreationOptions; onAdded: (recoveryCodes: string[]) => void; onClose: () => void }) {
  const [name, setName] = useState(() => browserName(navigator.userAgent));
  const add = useMutation({ mutationFn: () => passkeyApi.add(options, name), onSuccess: ({ recoveryCodes }) => onAdded(recoveryCodes) });
  return (
    <NameForm name={name} onChange={setName} error={add.error} busy={add.isPending} label="Go on" onSubmit={() => add.mutate()} onClose={onClose}>
      <p>Your browser asks next where the passkey is to be kept: on this device, on a security key, or in your password manager.</p>
    </NameForm>
  );
}

function Rename({ passkey, onClose, onRenamed }: { passkey: Passkey; onClose: () => void; onRenamed: () => Promise<unknown> }) {
  const [name, setName] = useState(passkey.name);
  const rename = useMutation({ mutationFn: () => passkeyApi.rename(passkey.id, name), onSuccess: () => onRenamed().then(onClose) });
  return <NameForm name={name} onChange={setName} error={rename.error} busy={rename.isPending} label="Rename" onSubmit={() => rename.mutate()} onClose={onClose} />;
}

interface NameFormProps {
  name: string;
  onChange: (name: string) => void;
  error: unknown;
  busy: boolean;
  label: string;
  onSubmit: () => void;
  onClose: () => void;
  children?: React.ReactNode;
}

function NameForm({ name, onChange, error, busy, label, onSubmit, onClose, children }: NameFormProps) {
  const wrong = error instanceof ApiError ? error.fieldErrors.name : undefined;
  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit();
  }
  return (
    <Form className="form" onSubmit={submit}>
      {children}
      <TextField label="Name" value={name} onChange={onChange} error={wrong} description="By which you know it again" autoComplete="off" isRequired autoFocus />
      {error && !wrong ? <ErrorNote>{browserSentence(error) ?? messageOf(error)}</ErrorNote> : null}
      <div className="dialog-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isPending={busy}>{label}</Button>
      </div>
    </Form>
  );
}
