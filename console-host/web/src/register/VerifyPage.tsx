import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { ApiError } from "../api/problem";
import { Button, ButtonLink } from "../ui/Button";
import { TextField } from "../ui/Field";
import { ErrorNote } from "../ui/Notes";
import { Time } from "../ui/Time";
import { usePageTitle } from "../ui/usePageTitle";
import { Done, forgetLink, sentence, useLinkToken } from "./OpenPage";
import { registerApi, type Progress } from "./registerApi";

const ticketKey = "cws-registration";

/** Where the mail's link leads: a button to press, then how the account comes about. */
export default function VerifyPage() {
  usePageTitle("Confirm your address");
  const [token, setToken] = useLinkToken();
  const [ticket, setTicket] = useState(() => window.sessionStorage.getItem(ticketKey));

  function verified(progress: Progress) {
    forgetLink();
    const own = progress.ticket ?? "";
    // A page that is loaded again goes on from here; the ticket only tells how it goes.
    window.sessionStorage.setItem(ticketKey, own);
    setTicket(own);
    setToken("");
  }
  if (token === "" && ticket) return <Following ticket={ticket} />;
  if (token === "") {
    return (
      <>
        <h1>Confirm your address</h1>
        <p>Open this page with the link in the mail that you got, as a whole.</p>
        <Link to="/sign-in/register">Register</Link>
      </>
    );
  }
  return <Confirm key={token} token={token} onVerified={verified} />;
}

function Confirm({ token, onVerified }: { token: string; onVerified: (progress: Progress) => void }) {
  const [userName, setUserName] = useState("");
  const verify = useMutation({ mutationFn: (name: string) => registerApi.verify(token, name), onSuccess: onVerified });
  const refusal = verify.error instanceof ApiError ? verify.error : null;
  const nameError = refusal?.fieldErrors.userName;
  const choosing = nameError !== undefined || userName !== "";

  function submit(event: FormEvent) {
    event.preventDefault();
    verify.mutate(userName.trim());
  }
  return (
    <>
      <h1>Confirm your address</h1>
      <p>With this you show that the e-mail address is yours.</p>
      <Form className="form" onSubmit={submit}>
        {choosing ? <TextField label="User name" autoComplete="username" literal isRequired value={userName} onChange={setUserName} error={nameError} description="You sign in with it." /> : null}
        {verify.error && nameError === undefined ? <ErrorNote>{sentence(verify.error)}</ErrorNote> : null}
        <Button type="submit" variant="primary" isDisabled={verify.isPending}>Confirm my address</Button>
      </Form>
      {refusal?.code === "link_invalid" ? <Link to="/sign-in/register">Register again</Link> : null}
      {refusal?.code === "conflict" ? <Link to="/sign-in">Sign in</Link> : null}
    </>
  );
}

function Following({ ticket }: { ticket: string }) {
  const progress = useQuery({
    queryKey: ["registration", ticket],
    queryFn: () => registerApi.progress(ticket),
    refetchInterval: ({ state }) => (state.data?.state === "creating" ? 1_500 : state.data?.state === "approval" || state.data?.state === "failed" ? 10_000 : false),
  });
  if (progress.error && !progress.data) return <><h1>Your registration</h1><ErrorNote>{sentence(progress.error)}</ErrorNote><Link to="/sign-in">Sign in</Link></>;
  return <div data-testid="registration" data-state={progress.data?.state ?? "loading"}>{progress.data ? <State progress={progress.data} /> : null}</div>;
}

function State({ progress }: { progress: Progress }) {
  switch (progress.state) {
    case "created":
      return (
        <Done title="Your account is ready">
          <p>Your user name is <strong>{progress.userName}</strong>; the password is the one you chose.</p>
          <ButtonLink variant="primary" to="/sign-in">Sign in</ButtonLink>
        </Done>
      );
    case "approval":
      return <Done title="An administrator decides"><p>Your address is confirmed. You get a mail when somebody has decided; you may close this page.</p></Done>;
    case "creating":
      return (
        <Done title="Your account is being made">
          <p>This page says when it is ready. You get a mail too, and may close this page.</p>
          {progress.detail ? <p className="muted">{progress.detail} {progress.nextAttemptAt ? <>Next attempt: <Time at={progress.nextAttemptAt} />.</> : null}</p> : null}
        </Done>
      );
    case "failed":
      return <Done title="Your account could not be made yet"><p>{progress.detail}</p><p>You get a mail when it is ready; you may close this page.</p></Done>;
    default:
      return <Done title="There will be no account"><p>{progress.detail ?? "Your registration was ended."}</p><Link to="/sign-in/register">Register again</Link></Done>;
  }
}
