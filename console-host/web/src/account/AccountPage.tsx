import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import { ApiError, messageOf } from "../api/problem";
import { keys } from "../api/queries";
import { MySecondFactor } from "../factor/MySecondFactor";
import { useProof } from "../factor/proof";
import { MyTokens } from "../factor/Tokens";
import { MyPasskeys } from "../passkeys/MyPasskeys";
import { browserName } from "../session/browserName";
import { leaveBy } from "../session/navigation";
import { useMe } from "../session/SessionGate";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { ErrorNote, InfoNote, LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { usePageTitle } from "../ui/usePageTitle";
import { MyEmail } from "./MyEmail";
import { MyIdentities } from "./MyIdentities";
import { MyNotifications } from "./MyNotifications";

export default function AccountPage() {
  usePageTitle("My account");
  const me = useMe();
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{me.displayName || me.userName}</h1>
          <p className="muted">Signed in as {me.userName} · {me.roles.join(", ")}</p>
        </div>
        <SignOut />
      </div>
      {me.mustChangePassword ? <InfoNote>Choose a password of your own first. Everything else opens after that.</InfoNote> : null}
      <div className="columns">
        {me.hasPassword ? <ChangePassword /> : null}
        {me.mustChangePassword ? null : <MySecondFactor />}
        {me.mustChangePassword ? null : <MyPasskeys />}
        {me.mustChangePassword ? null : <MyEmail />}
        {me.mustChangePassword ? null : <MyIdentities />}
        {me.mustChangePassword ? null : <Sessions />}
        {me.mustChangePassword ? null : <MyTokens />}
        {me.mustChangePassword ? null : <MyNotifications />}
      </div>
      <p className="muted">CloudWorkstation {me.version}</p>
    </>
  );
}

function SignOut() {
  const signOut = useMutation({ mutationFn: () => leaveBy(api.signOut) });
  return (
    <div>
      <Button isPending={signOut.isPending} onPress={() => signOut.mutate()}>Sign out</Button>
      {signOut.error ? <ErrorNote>{messageOf(signOut.error)}</ErrorNote> : null}
    </div>
  );
}

function ChangePassword() {
  const me = useMe();
  const client = useQueryClient();
  const [fields, setFields] = useState({ current: "", next: "", again: "" });
  const [mismatch, setMismatch] = useState<string>();
  const { withProof, proofDialog } = useProof();
  const change = useMutation({
    mutationFn: () => withProof(() => api.changePassword(fields.current, fields.next)),
    onSuccess() {
      setFields({ current: "", next: "", again: "" });
      void client.invalidateQueries({ queryKey: keys.me });
      void client.invalidateQueries({ queryKey: keys.sessions });
    },
  });
  const errors = change.error instanceof ApiError ? change.error.fieldErrors : {};

  function submit(event: FormEvent) {
    event.preventDefault();
    const wrong = fields.next === fields.again ? undefined : "The two new passwords differ.";
    setMismatch(wrong);
    if (!wrong) change.mutate();
  }
  const set = (name: keyof typeof fields) => (value: string) => setFields((old) => ({ ...old, [name]: value }));
  return (
    <section className="panel" aria-labelledby="password">
      <h2 id="password">Change password</h2>
      <Form className="form" onSubmit={submit}>
        <input type="text" name="username" autoComplete="username" value={me.userName} readOnly hidden />
        <TextField label="Current password" type="password" autoComplete="current-password" value={fields.current} onChange={set("current")} error={errors.currentPassword} isRequired />
        <TextField label="New password" type="password" autoComplete="new-password" value={fields.next} onChange={set("next")} error={errors.newPassword} isRequired />
        <TextField label="New password again" type="password" autoComplete="new-password" value={fields.again} onChange={set("again")} error={mismatch} isRequired />
        {change.error && Object.keys(errors).length === 0 ? <ErrorNote>{messageOf(change.error)}</ErrorNote> : null}
        <div className="form-actions">
          <Button type="submit" variant="primary" isPending={change.isPending}>Change password</Button>
          <p role="status" className="muted">{change.isSuccess ? "Your password is changed." : ""}</p>
        </div>
      </Form>
      {proofDialog}
    </section>
  );
}

function Sessions() {
  const client = useQueryClient();
  const sessions = useQuery({ queryKey: keys.sessions, queryFn: ({ signal }) => api.sessions(signal) });
  const end = useMutation({ mutationFn: api.endSession, onSuccess: () => client.invalidateQueries({ queryKey: keys.sessions }) });
  return (
    <section className="panel" aria-labelledby="sessions">
      <h2 id="sessions">Where you are signed in</h2>
      {sessions.isPending ? <Skeleton /> : null}
      {sessions.isError && !sessions.data ? <LoadFailed what="The sessions" error={sessions.error} onRetry={() => void sessions.refetch()} /> : null}
      <ul className="history">
        {sessions.data?.items.map((session) => (
          <li key={session.id}>
            <strong>{browserName(session.userAgent)}</strong>
            {session.current ? <span className="tag">This browser</span> : null}
            <span className="muted">{session.address ?? ""} since <Time at={session.createdAt} /></span>
            {session.current ? null : (
              <Button small isPending={end.isPending && end.variables === session.id} onPress={() => end.mutate(session.id)}>End</Button>
            )}
          </li>
        ))}
      </ul>
      {end.error ? <ErrorNote>{messageOf(end.error)}</ErrorNote> : null}
    </section>
  );
}
