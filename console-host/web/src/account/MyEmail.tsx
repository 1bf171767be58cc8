import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../api/http";
import { ApiError, messageOf } from "../api/problem";
import { useProof } from "../factor/proof";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";

const path = "/api/v1/me/email";

/** The section of the account page: another address counts once its mail was answered. */
export function MyEmail() {
  const mine = useQuery({ queryKey: ["me", "email"], queryFn: ({ signal }) => call<{ email?: string | null; canChange: boolean }>(path, { signal }) });
  return (
    <section className="panel" aria-labelledby="email">
      <h2 id="email">E-mail address</h2>
      {mine.isPending ? <Skeleton /> : null}
      {mine.isError && !mine.data ? <LoadFailed what="Your e-mail address" error={mine.error} onRetry={() => void mine.refetch()} /> : null}
      {mine.data ? <p>{mine.data.email ? <strong>{mine.data.email}</strong> : "Your account has none."}</p> : null}
      {mine.data && !mine.data.canChange ? <p className="muted">Your organisation’s account says it, and keeps your password, too: change both there. It is taken over at your next sign-in.</p> : null}
      {mine.data?.canChange ? <Change /> : null}
    </section>
  );
}

function Change() {
  const [email, setEmail] = useState("");
  const { withProof, proofDialog } = useProof();
  const ask = useMutation({ mutationFn: (wanted: string) => withProof(() => call<{ mailed: boolean }>(path, { method: "POST", body: { email: wanted } })), onSuccess: () => setEmail("") });
  const wrong = ask.error instanceof ApiError ? ask.error.fieldErrors.email : undefined;
  function submit(event: FormEvent) {
    event.preventDefault();
    ask.mutate(email.trim());
  }
  return (
    <>
      <Form className="form" onSubmit={submit}>
        <TextField label="New e-mail address" type="email" inputMode="email" autoComplete="email" literal value={email} onChange={setEmail} error={wrong} isRequired />
        {ask.error && !wrong ? <ErrorNote>{messageOf(ask.error)}</ErrorNote> : null}
        <div className="form-actions">
          <Button type="submit" isPending={ask.isPending}>Send a link</Button>
          <p role="status" className="muted">{ask.isSuccess ? `Look into the mail of ${ask.variables}: the link there makes it yours.` : ""}</p>
        </div>
      </Form>
      {proofDialog}
    </>
  );
}
