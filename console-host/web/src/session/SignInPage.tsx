import { lazy, Suspense, useState, type FormEvent } from "react";
import { useQuery } from "@tanstack/react-query";
import { Form } from "react-aria-components";
import { useNavigate, useSearchParams } from "react-router";
import { api } from "../api/client";
import { ApiError, messageOf } from "../api/problem";
import type { Me } from "../api/types";
import { SelfServiceLinks } from "../register/SelfServiceLinks";
import { SetupNotice } from "../setup/SetupNotice";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { ErrorNote } from "../ui/Notes";
import { duration } from "../ui/time";
import { usePageTitle } from "../ui/usePageTitle";
import { localPath } from "./navigation";
import { offersQuery } from "./offers";
import { ProviderButtons, ProviderProblem } from "./Providers";

export function signInSentence(error: unknown): string {
  if (!(error instanceof ApiError)) return messageOf(error);
  switch (error.code) {
    case "invalid_credentials":
      return "The user name or the password is not right.";
    case "locked_out":
      return error.retryAfterSeconds === undefined
        ? "There were too many wrong passwords. Try again later."
        : `There were too many wrong passwords. Try again in ${duration(error.retryAfterSeconds)}.`;
    default:
      return messageOf(error);
  }
}

const PasskeySignIn = lazy(() => import("../passkeys/PasskeySignIn"));

export function SignInPage() {
  usePageTitle("Sign in");
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const offers = useQuery(offersQuery).data;
  const offered = offers?.password ?? true;
  const [asked, setAsked] = useState(false);
  const withPassword = offered || asked;
  const [userName, setUserName] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  // A full navigation: nothing of the last person's data survives in memory.
  const enter = (me: Pick<Me, "mustChangePassword">) => window.location.assign(me.mustChangePassword ? "/account" : localPath(search.get("return")));

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    // Password managers may fill the fields without an input event: read them from the form.
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      enter(await api.signIn(String(form.get("username") ?? "").trim(), String(form.get("password") ?? "")));
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.code === "second_factor_required") {
        void navigate(`/sign-in/second-factor?${search}`);
        return;
      }
      setError(signInSentence(thrown));
      setPassword("");
      setBusy(false);
    }
  }

  return (
    <main className="sign-in">
      <div className="panel">
        <p className="brand"><Icon name="desktop" /> CloudWorkstation</p>
        <h1>Sign in</h1>
        <SetupNotice />
        <ProviderProblem />
        {withPassword ? (
          <Form className="form" onSubmit={(event) => void submit(event)}>
            <TextField label="User name" name="username" autoComplete="username webauthn" literal value={userName} onChange={setUserName} isRequired autoFocus />
            <TextField label="Password" name="password" type="password" autoComplete="current-password" value={password} onChange={setPassword} isRequired />
            {error === null ? null : <ErrorNote>{error}</ErrorNote>}
            <Button type="submit" variant="primary" isPending={busy}>
              Sign in
            </Button>
          </Form>
        ) : null}
        {offers?.passkeys ? <Suspense fallback={null}><PasskeySignIn onSignedIn={enter} /></Suspense> : null}
        <ProviderButtons withPassword={withPassword} />
        {withPassword ? null : <Button variant="quiet" onPress={() => setAsked(true)}>Administrators: sign in with a password</Button>}
        <SelfServiceLinks />
      </div>
    </main>
  );
}
