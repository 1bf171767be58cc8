import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { ApiError } from "../api/problem";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";
import { usePageTitle } from "../ui/usePageTitle";
import { Done, sentence } from "./OpenPage";
import { registerApi } from "./registerApi";
import { rulesQuery, type RegistrationRules } from "./rules";

export default function RegisterPage() {
  usePageTitle("Register");
  const rules = useQuery(rulesQuery);
  if (rules.isPending) return <Skeleton lines={5} />;
  if (!rules.data) return <LoadFailed what="The page" error={rules.error} onRetry={() => void rules.refetch()} />;
  if (rules.data.enabled) return <RegisterForm rules={rules.data} />;
  return (
    <>
      <h1>Register</h1>
      <p>Nobody can register here. Ask an administrator for an account.</p>
      <Link to="/sign-in">Sign in</Link>
    </>
  );
}

function RegisterForm({ rules }: { rules: RegistrationRules }) {
  const [email, setEmail] = useState("");
  const [userName, setUserName] = useState<string | null>(null);
  const [displayName, setDisplayName] = useState("");
  const [password, setPassword] = useState("");
  const request = useMutation({ mutationFn: registerApi.register });
  const errors = request.error instanceof ApiError ? request.error.fieldErrors : {};
  const suggested = userName ?? suggestion(email);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    request.mutate({ userName: suggested.trim(), displayName: displayName.trim(), email: email.trim(), password: String(form.get("password") ?? ""), website: String(form.get("website") ?? "") });
  }
  if (request.isSuccess) {
    return (
      <Done title="Look into your mail">
        <p>We have written to <strong>{email.trim()}</strong>. Open the link in that mail to go on; it works for a short time only.</p>
        <p className="muted">Nothing there after a few minutes? Look among the unwanted mails, or try again.</p>
        <Button onPress={() => request.reset()}>Try again</Button>
        <Link to="/sign-in">Sign in</Link>
      </Done>
    );
  }
  return (
    <>
      <h1>Register</h1>
      <Form className="form" onSubmit={submit}>
        <TextField
          label="E-mail address" name="email" type="email" inputMode="email" autoComplete="email" literal isRequired autoFocus
          value={email} onChange={setEmail} error={errors.email} description={<Domains domains={rules.domains} />}
        />
        <TextField label="User name" name="username" autoComplete="username" literal isRequired value={suggested} onChange={setUserName} error={errors.userName} description="You sign in with it." />
        <TextField label="Full name" name="name" autoComplete="name" value={displayName} onChange={setDisplayName} error={errors.displayName} />
        <TextField
          label="Password" name="password" type="password" autoComplete="new-password" isRequired value={password} onChange={setPassword} error={errors.password}
          description={`At least ${rules.minimumPasswordLength} characters; a few words in a row are fine.`}
        />
        <Trap />
        {request.error && Object.keys(errors).length === 0 ? <ErrorNote>{sentence(request.error)}</ErrorNote> : null}
        {rules.approval ? <p className="muted">An administrator decides about new accounts.</p> : null}
        <Button type="submit" variant="primary" isDisabled={request.isPending}>Register</Button>
        <p role="status" className="muted">{request.isPending ? "Your browser proves that it is no robot; this takes a moment." : ""}</p>
      </Form>
      <Link to="/sign-in">I have an account</Link>
    </>
  );
}

function Domains({ domains }: { domains: string[] }) {
  if (domains.length > 5) return null;
  return <>{`At ${domains.join(" or ")}.`}</>;
}

/** No person sees this field, hears of it or comes to it with the keyboard; programs fill in whatever they find. */
function Trap() {
  return (
    <div className="trap" aria-hidden="true">
      <label>Website <input name="website" type="text" tabIndex={-1} autoComplete="off" /></label>
    </div>
  );
}

const suggestion = (email: string) => (email.split("@")[0] ?? "").replace(/[^a-zA-Z0-9._-]/g, "").toLowerCase();
