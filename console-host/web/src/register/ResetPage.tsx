import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";
import { ApiError } from "../api/problem";
import { Button, ButtonLink } from "../ui/Button";
import { TextField } from "../ui/Field";
import { ErrorNote } from "../ui/Notes";
import { usePageTitle } from "../ui/usePageTitle";
import { Done, forgetLink, sentence, useLinkToken } from "./OpenPage";
import { registerApi } from "./registerApi";

/** Asks for the mail; or, with the link of the mail, for the new password. */
export default function ResetPage() {
  usePageTitle("Set a new password");
  const [token, setToken] = useLinkToken();
  return token === "" ? <Ask /> : <Choose key={token} token={token} onAgain={() => { forgetLink(); setToken(""); }} />;
}

function Ask() {
  const [email, setEmail] = useState("");
  const request = useMutation({ mutationFn: registerApi.requestReset });
  const error = request.error instanceof ApiError ? request.error.fieldErrors.email : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    request.mutate(email.trim());
  }
  if (request.isSuccess) {
    return (
      <Done title="Look into your mail">
        <p>If there is an account with the address <strong>{email.trim()}</strong>, we have written to it. Open the link in that mail to set a new password.</p>
        <Button onPress={() => request.reset()}>Try again</Button>
        <Link to="/sign-in">Sign in</Link>
      </Done>
    );
  }
  return (
    <>
      <h1>Forgot your password?</h1>
      <p>We write to your e-mail address, and a link in that mail lets you set a new password.</p>
      <Form className="form" onSubmit={submit}>
        <TextField label="E-mail address" name="email" type="email" inputMode="email" autoComplete="email" literal isRequired autoFocus value={email} onChange={setEmail} error={error} />
        {request.error && error === undefined ? <ErrorNote>{sentence(request.error)}</ErrorNote> : null}
        <Button type="submit" variant="primary" isDisabled={request.isPending}>Send me a link</Button>
        <p role="status" className="muted">{request.isPending ? "Your browser proves that it is no robot; this takes a moment." : ""}</p>
      </Form>
      <Link to="/sign-in">Sign in</Link>
    </>
  );
}

function Choose({ token, onAgain }: { token: string; onAgain: () => void }) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [differ, setDiffer] = useState(false);
  const confirm = useMutation({ mutationFn: () => registerApi.confirmReset(token, password), onSuccess: forgetLink });
  const refusal = confirm.error instanceof ApiError ? confirm.error : null;
  const error = refusal?.fieldErrors.newPassword;

  function submit(event: FormEvent) {
    event.preventDefault();
    setDiffer(password !== again);
    if (password === again) confirm.mutate();
  }
  if (confirm.isSuccess) {
    return (
      <Done title="Your password is set">
        <p>You are signed out everywhere. Sign in with the new password.</p>
        <ButtonLink variant="primary" to="/sign-in">Sign in</ButtonLink>
      </Done>
    );
  }
  return (
    <>
      <h1>Set a new password</h1>
      <Form className="form" onSubmit={submit}>
        <TextField label="New password" type="password" autoComplete="new-password" isRequired autoFocus value={password} onChange={setPassword} error={error} description="At least 12 characters; a few words in a row are fine." />
        <TextField label="New password again" type="password" autoComplete="new-password" isRequired value={again} onChange={setAgain} error={differ && password !== again ? "The two are not the same." : undefined} />
        {confirm.error && error === undefined ? <ErrorNote>{sentence(confirm.error)}</ErrorNote> : null}
        <Button type="submit" variant="primary" isDisabled={confirm.isPending}>Set password</Button>
      </Form>
      {refusal?.code === "link_invalid" ? <Button onPress={onAgain}>Ask for another link</Button> : null}
    </>
  );
}
