import { useEffect, useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { ApiError, messageOf } from "../api/problem";
import { PasskeyButton } from "../passkeys/PasskeyButton";
import { passkeyApi } from "../passkeys/passkeyApi";
import { localPath } from "../session/navigation";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { ErrorNote, Skeleton } from "../ui/Notes";
import { duration } from "../ui/time";
import { usePageTitle } from "../ui/usePageTitle";
import { AppSetUp } from "./AppSetUp";
import { CodeField } from "./CodeField";
import { challengeApi, type Challenge } from "./factorApi";
import { RecoveryCodes } from "./RecoveryCodes";

/** After the first factor was right: a code, or first of all the app that makes it. */
export default function SecondFactorPage() {
  usePageTitle("Second factor");
  const challenge = useQuery({ queryKey: ["sign-in", "challenge"], queryFn: challengeApi.find, staleTime: Infinity, retry: false });
  if (challenge.isPending) return <Skeleton lines={4} />;
  return challenge.data ? <Waiting challenge={challenge.data} /> : <Ended />;
}

function Ended() {
  return (
    <>
      <h1>Sign in again</h1>
      <p>This sign-in has expired or is complete.</p>
      <p><Link to="/sign-in">Go to the sign-in page</Link></p>
    </>
  );
}

function Waiting({ challenge }: { challenge: Challenge }) {
  const [search] = useSearchParams();
  const [codes, setCodes] = useState<string[]>([]);
  const [next, setNext] = useState("/");
  const arrive = (destination: string) => window.location.assign(destination);
  const complete = useMutation({
    mutationFn: challengeApi.complete,
    onSuccess({ account, recoveryCodes }) {
      const destination = account.mustChangePassword ? "/account" : localPath(search.get("return"));
      setNext(destination);
      setCodes(recoveryCodes);
      // A full navigation: nothing of the last person's data survives in memory.
      if (recoveryCodes.length === 0) arrive(destination);
    },
  });
  if (codes.length > 0) {
    return (
      <>
        <h1>Your recovery codes</h1>
        <RecoveryCodes codes={codes} onDone={() => window.location.assign(next)} />
      </>
    );
  }
  if (complete.error instanceof ApiError && complete.error.code === "challenge_ended") return <Ended />;
  const form = { complete: complete.mutate, busy: complete.isPending || complete.isSuccess, error: complete.error };
  if (challenge.mustEnrol) return <SetUp userName={challenge.userName} {...form} />;
  return <Ask challenge={challenge} {...form} onPasskey={() => arrive(localPath(search.get("return")))} />;
}

interface CodeFormProps {
  userName: string;
  complete: (code: string) => void;
  busy: boolean;
  error: unknown;
}

const titles = { app: "Enter your code", passkey: "Use your passkey", recovery: "Recovery code" } as const;

function Ask({ challenge, onPasskey, ...form }: Omit<CodeFormProps, "userName"> & { challenge: Challenge; onPasskey: () => void }) {
  const own = challenge.app ? "app" : "passkey";
  const [by, setBy] = useState<keyof typeof titles>(own);
  return (
    <>
      <h1>{titles[by]}</h1>
      <p className="muted">Signing in as {challenge.userName}</p>
      {by === "passkey" ? null : <CodeForm key={by} recovery={by === "recovery"} {...form} />}
      {challenge.passkey && by !== "recovery" ? <PasskeyButton work={passkeyApi.second} onDone={onPasskey} primary={by === "passkey"} /> : null}
      <Button variant="quiet" onPress={() => setBy(by === "recovery" ? own : "recovery")}>{by !== "recovery" ? "Use a recovery code" : own === "app" ? "Use the authenticator app" : "Use your passkey"}</Button>
      <p><Link to="/sign-in">Sign in as somebody else</Link></p>
    </>
  );
}

function SetUp({ userName, ...form }: CodeFormProps) {
  const enrol = useMutation({ mutationFn: challengeApi.enrol });
  const { mutate } = enrol;
  useEffect(() => mutate(), [mutate]);
  return (
    <>
      <h1>Set up a second factor</h1>
      <p>Your organisation asks for one: from now on, signing in as {userName} takes your password and a code of an app on your phone. You can add a passkey in its place afterwards.</p>
      {enrol.error ? <ErrorNote>{messageOf(enrol.error)} <Button small onPress={() => mutate()}>Try again</Button></ErrorNote> : null}
      {enrol.isPending ? <Skeleton lines={4} /> : null}
      {enrol.data ? (
        <>
          <AppSetUp enrolment={enrol.data} />
          <CodeForm recovery={false} {...form} />
        </>
      ) : null}
    </>
  );
}

function CodeForm({ recovery, complete, busy, error }: Omit<CodeFormProps, "userName"> & { recovery: boolean }) {
  const [code, setCode] = useState("");
  const [shown, setShown] = useState(error);
  const fresh = error === shown ? null : error;
  const wrong = fresh instanceof ApiError ? fresh.fieldErrors.code : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    setShown(null);
    complete(code);
  }
  return (
    <Form className="form" onSubmit={submit}>
      {recovery
        ? <TextField label="One of your recovery codes" name="recovery" autoComplete="off" literal value={code} onChange={setCode} error={wrong} isRequired autoFocus />
        : <CodeField value={code} onChange={setCode} error={wrong} autoFocus />}
      {fresh && !wrong ? <ErrorNote>{sentence(fresh)}</ErrorNote> : null}
      <Button type="submit" variant="primary" isPending={busy}>Sign in</Button>
    </Form>
  );
}

function sentence(error: unknown): string {
  return error instanceof ApiError && error.code === "locked_out" && error.retryAfterSeconds !== undefined
    ? `There were too many wrong codes. Try again in ${duration(error.retryAfterSeconds)}.`
    : messageOf(error);
}
