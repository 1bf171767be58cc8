import { useState } from "react";
import { messageOf } from "../api/problem";
import { Button } from "../ui/Button";
import { ErrorNote } from "../ui/Notes";
import { browserSentence, isSupported } from "./webauthn";

/** Asks the browser for a passkey, says what became of it. */
export function PasskeyButton({ work, onDone, primary }: { work: () => Promise<unknown>; onDone: () => void; primary?: boolean }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  async function press() {
    setBusy(true);
    setError(null);
    try {
      await work();
      onDone();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  }
  if (!isSupported()) return <p>This browser does not know passkeys. Use another one, or a recovery code.</p>;
  return (
    <>
      <Button variant={primary ? "primary" : "secondary"} isPending={busy} onPress={() => void press()}>Use a passkey</Button>
      {error === null ? null : <ErrorNote>{browserSentence(error) ?? messageOf(error)}</ErrorNote>}
    </>
  );
}
