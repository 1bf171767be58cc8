import { useEffect, useRef, useState } from "react";
import { ApiError, messageOf } from "../api/problem";
import type { Me } from "../api/types";
import { Button } from "../ui/Button";
import { ErrorNote } from "../ui/Notes";
import { passkeyApi } from "./passkeyApi";
import { browserSentence, canAutofill, isSupported } from "./webauthn";

/** A new challenge before the server's five minutes are over, while the page waits for somebody. */
const freshFor = 4 * 60_000;
const refusals = new Set(["passkey_refused", "passkey_not_alone", "account_disabled", "banned"]);

/** The button, and passkeys among the saved names of the form's first field where the browser can. */
export default function PasskeySignIn({ onSignedIn }: { onSignedIn: (me: Me) => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const done = useRef(onSignedIn);
  useEffect(() => {
    done.current = onSignedIn;
  });

  // The browser does one ceremony at a time: while the button's is under way, the form's rests.
  useEffect(() => {
    if (busy) return undefined;
    let round = new AbortController();
    async function wait() {
      round.abort();
      const mine = (round = new AbortController());
      try {
        if (!(await canAutofill()) || mine.signal.aborted) return;
        const { account } = await passkeyApi.signIn(mine.signal);
        done.current(account);
      } catch (thrown) {
        // What nobody asked for fails in silence; a passkey that somebody chose and that was refused does not.
        if (thrown instanceof ApiError && refusals.has(thrown.code)) setError(thrown);
      }
    }
    void wait();
    const again = setInterval(() => void wait(), freshFor);
    return () => {
      clearInterval(again);
      round.abort();
    };
  }, [busy]);

  async function press() {
    setBusy(true);
    setError(null);
    try {
      const { account } = await passkeyApi.signIn();
      done.current(account);
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  }
  if (!isSupported()) return null;
  return (
    <>
      {error === null ? null : <ErrorNote>{browserSentence(error) ?? messageOf(error)}</ErrorNote>}
      <div className="providers"><Button isPending={busy} onPress={() => void press()}>Sign in with a passkey</Button></div>
    </>
  );
}
