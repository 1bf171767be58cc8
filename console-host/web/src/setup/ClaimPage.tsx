import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { ApiError, messageOf } from "../api/problem";
import { offersQuery } from "../session/offers";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { ErrorNote } from "../ui/Notes";
import { usePageTitle } from "../ui/usePageTitle";
import { claimSetup } from "./setupApi";

/** A new installation: whoever can read the code that the installation printed makes the first administrator. */
export default function ClaimPage() {
  usePageTitle("Set up CloudWorkstation");
  const offers = useQuery(offersQuery);
  if (offers.data?.setup === false) {
    return (
      <div className="form">
        <h1>CloudWorkstation is set up</h1>
        <p>It has an administrator already.</p>
        <Link to="/sign-in">Sign in</Link>
      </div>
    );
  }
  return <ClaimForm />;
}

function ClaimForm() {
  const [fields, setFields] = useState({ code: "", userName: "admin", email: "", password: "", again: "" });
  const [differ, setDiffer] = useState(false);
  const claim = useMutation({
    mutationFn: () => claimSetup({ code: fields.code.trim(), userName: fields.userName.trim(), password: fields.password, email: fields.email.trim() || null }),
    onSuccess: () => window.location.assign("/setup"),
  });
  const refusal = claim.error instanceof ApiError ? claim.error : null;
  const errors = refusal?.fieldErrors ?? {};
  const set = (name: keyof typeof fields) => (value: string) => setFields((old) => ({ ...old, [name]: value }));

  function submit(event: FormEvent) {
    event.preventDefault();
    setDiffer(fields.password !== fields.again);
    if (fields.password === fields.again) claim.mutate();
  }
  return (
    <>
      <h1>Set up CloudWorkstation</h1>
      <p>This installation has no account yet. Make the first administrator.</p>
      <Form className="form" onSubmit={submit}>
        <TextField
          label="Set-up code" value={fields.code} onChange={set("code")} autoComplete="off" literal isRequired autoFocus
          description="Printed by ./workstation up, or in the file setup-code of the data directory, or in the api's log. Good for one day."
          error={refusal?.code === "invalid_credentials" ? messageOf(refusal) : errors.code}
        />
        <TextField label="User name" name="username" value={fields.userName} onChange={set("userName")} autoComplete="username" literal isRequired error={errors.userName} />
        <TextField label="E-mail address" type="email" value={fields.email} onChange={set("email")} autoComplete="email" literal error={errors.email} />
        <TextField
          label="Password" type="password" autoComplete="new-password" value={fields.password} onChange={set("password")} isRequired error={errors.password}
          description="At least 12 characters; a few words in a row are fine."
        />
        <TextField label="Password again" type="password" autoComplete="new-password" value={fields.again} onChange={set("again")} isRequired error={differ && fields.password !== fields.again ? "The two are not the same." : undefined} />
        {refusal && refusal.code !== "invalid_credentials" && Object.keys(errors).length === 0 ? <ErrorNote>{messageOf(refusal)}</ErrorNote> : null}
        <Button type="submit" variant="primary" isDisabled={claim.isPending}>Make the administrator and go on</Button>
      </Form>
    </>
  );
}
