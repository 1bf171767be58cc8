import { useMutation } from "@tanstack/react-query";
import { callAuth } from "../api/http";
import { Button, ButtonLink } from "../ui/Button";
import { ErrorNote } from "../ui/Notes";
import { usePageTitle } from "../ui/usePageTitle";
import { Done, forgetLink, sentence, useLinkToken } from "./OpenPage";

/** The link of a mail to a new address: it counts when a button is pressed, which no mail scanner does. */
export default function EmailPage() {
  usePageTitle("Confirm your e-mail address");
  const [token] = useLinkToken();
  const confirm = useMutation({
    mutationFn: async () => (await (await callAuth("/auth/email-changes/confirm", { token })).json()) as { email: string },
    onSuccess: forgetLink,
  });
  if (confirm.data) {
    return (
      <Done title="Your e-mail address is changed">
        <p>It is <strong>{confirm.data.email}</strong> now. We have told the address before.</p>
        <ButtonLink variant="primary" to="/">Go on</ButtonLink>
      </Done>
    );
  }
  return (
    <>
      <h1>Confirm your e-mail address</h1>
      <p>Mails for your account will come to this address.</p>
      {confirm.error ? <ErrorNote>{sentence(confirm.error)}</ErrorNote> : null}
      <Button variant="primary" isPending={confirm.isPending} onPress={() => confirm.mutate()}>This is my address</Button>
    </>
  );
}
