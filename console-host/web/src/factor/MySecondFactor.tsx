import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, messageOf } from "../api/problem";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { TextField } from "../ui/Field";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { AppSetUp } from "./AppSetUp";
import { CodeField } from "./CodeField";
import { factorApi, factorKeys, type Enrolment, type SecondFactor } from "./factorApi";
import { useProof } from "./proof";
import { RecoveryCodes } from "./RecoveryCodes";

type Step = { kind: "app"; enrolment: Enrolment } | { kind: "codes"; codes: string[] } | { kind: "disable" } | null;

/** The section of the account page: set up, replace, new recovery codes, switch off. */
export function MySecondFactor() {
  const client = useQueryClient();
  const mine = useQuery({ queryKey: factorKeys.mine, queryFn: ({ signal }) => factorApi.mine(signal) });
  const { withProof, proofDialog } = useProof();
  const [step, setStep] = useState<Step>(null);
  const begin = useMutation({ mutationFn: () => withProof(factorApi.begin), onSuccess: (enrolment) => setStep({ kind: "app", enrolment }) });
  const renew = useMutation({ mutationFn: () => withProof(factorApi.renew), onSuccess: ({ recoveryCodes }) => setStep({ kind: "codes", codes: recoveryCodes }) });
  const close = () => {
    setStep(null);
    void client.invalidateQueries({ queryKey: factorKeys.mine });
  };
  const failed = begin.error ?? renew.error;
  return (
    <section className="panel" aria-labelledby="second-factor">
      <h2 id="second-factor">Second factor</h2>
      {mine.isPending ? <Skeleton /> : null}
      {mine.isError && !mine.data ? <LoadFailed what="Your second factor" error={mine.error} onRetry={() => void mine.refetch()} /> : null}
      {mine.data ? <State factor={mine.data} /> : null}
      {mine.data ? (
        <div className="row-actions">
          <Button variant={mine.data.enabled || mine.data.passkeys > 0 ? "secondary" : "primary"} isPending={begin.isPending} onPress={() => begin.mutate()}>{mine.data.enabled ? "Use another app" : mine.data.passkeys > 0 ? "Add an authenticator app" : "Set up"}</Button>
          {mine.data.enabled || mine.data.passkeys > 0 ? <Button isPending={renew.isPending} onPress={() => renew.mutate()}>New recovery codes</Button> : null}
          {mine.data.enabled && (!mine.data.required || mine.data.passkeys > 0) ? <Button variant="danger" onPress={() => setStep({ kind: "disable" })}>Switch off</Button> : null}
        </div>
      ) : null}
      {failed ? <ErrorNote>{messageOf(failed)}</ErrorNote> : null}
      <Dialog title={titles[step?.kind ?? "app"]} isOpen={step !== null} onClose={close} role={step?.kind === "codes" ? "alertdialog" : "dialog"}>
        {step?.kind === "app" ? <Confirm enrolment={step.enrolment} onCodes={(codes) => setStep({ kind: "codes", codes })} onClose={close} /> : null}
        {step?.kind === "codes" ? <RecoveryCodes codes={step.codes} onDone={close} /> : null}
        {step?.kind === "disable" ? <Disable onClose={close} /> : null}
      </Dialog>
      {proofDialog}
    </section>
  );
}

const titles = { app: "Set up the authenticator app", codes: "Your recovery codes", disable: "Switch the second factor off?" } as const;

function State({ factor }: { factor: SecondFactor }) {
  if (!factor.enabled && factor.passkeys > 0) {
    return (
      <>
        <p><span className="badge badge-good">On</span> Signing in with your password asks for a passkey, too.</p>
        <CodesLeft factor={factor} />
      </>
    );
  }
  if (!factor.enabled) return <p>Only your password protects this account. A code of an app on your phone makes it safe even when somebody knows the password.</p>;
  return (
    <>
      <p><span className="badge badge-good">On</span> since {factor.enrolledAt ? <Time at={factor.enrolledAt} /> : null}. Signing in asks for a code of your app.</p>
      <CodesLeft factor={factor} />
    </>
  );
}

function CodesLeft({ factor }: { factor: SecondFactor }) {
  return <p className={factor.recoveryCodesLeft > 2 ? "muted" : undefined}>{factor.recoveryCodesLeft} of 10 recovery codes are left.{factor.required ? " Your administrator asks for a second factor." : ""}</p>;
}

function Confirm({ enrolment, onCodes, onClose }: { enrolment: Enrolment; onCodes: (codes: string[]) => void; onClose: () => void }) {
  const [code, setCode] = useState("");
  const confirm = useMutation({ mutationFn: () => factorApi.confirm(code), onSuccess: ({ recoveryCodes }) => onCodes(recoveryCodes) });
  const errors = confirm.error instanceof ApiError ? confirm.error.fieldErrors : {};
  function submit(event: FormEvent) {
    event.preventDefault();
    confirm.mutate();
  }
  return (
    <Form className="form" onSubmit={submit}>
      <AppSetUp enrolment={enrolment} />
      <CodeField value={code} onChange={setCode} error={errors.code} description="It counts once a code of it has come back." />
      {confirm.error && !errors.code ? <ErrorNote>{messageOf(confirm.error)}</ErrorNote> : null}
      <div className="dialog-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isPending={confirm.isPending}>Confirm</Button>
      </div>
    </Form>
  );
}

function Disable({ onClose }: { onClose: () => void }) {
  const [fields, setFields] = useState({ password: "", code: "" });
  const disable = useMutation({ mutationFn: () => factorApi.disable(fields.password, fields.code), onSuccess: onClose });
  const errors = disable.error instanceof ApiError ? disable.error.fieldErrors : {};
  const set = (name: keyof typeof fields) => (value: string) => setFields((old) => ({ ...old, [name]: value }));
  function submit(event: FormEvent) {
    event.preventDefault();
    disable.mutate();
  }
  return (
    <Form className="form" onSubmit={submit}>
      <p>After that, no code of the app is asked for. Without a passkey, your password alone signs in.</p>
      <TextField label="Your password" type="password" autoComplete="current-password" value={fields.password} onChange={set("password")} error={errors.password} description="Leave it empty if you sign in elsewhere" autoFocus />
      <CodeField value={fields.code} onChange={set("code")} error={errors.code} description="Or one of your recovery codes" />
      {disable.error && Object.keys(errors).length === 0 ? <ErrorNote>{messageOf(disable.error)}</ErrorNote> : null}
      <div className="dialog-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" variant="danger" isPending={disable.isPending}>Switch off</Button>
      </div>
    </Form>
  );
}
