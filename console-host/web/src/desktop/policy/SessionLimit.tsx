import { useEffect, useState } from "react";
import { Button } from "../../ui/Button";
import { countdown } from "../idleClock";
import { lengthOf } from "./rules";
import { warningSeconds } from "./sessionClock";

/** Warns before the connection has lasted as long as it may, and says what to do then. Mounted with the connection. */
export function SessionLimit({ minutes }: { minutes: number }) {
  const [end] = useState(() => Date.now() + minutes * 60_000);
  const [read, setRead] = useState(false);
  const left = useSecondsLeft(end, warningSeconds(minutes));
  if (left === null || read) return null;
  return (
    <div className="idle-notice limit-notice" role="region" aria-labelledby="limit-title">
      <p id="limit-title"><strong>This connection ends in <span role="timer">{countdown(left)}</span></strong></p>
      <p role="alert">
        At {new Date(end).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" })} it has lasted {lengthOf(minutes)}, as long as the rules of this desktop let it. Your programs go on running; connect again to go on.
      </p>
      <Button small onPress={() => setRead(true)}>Understood</Button>
    </div>
  );
}

/** Null until it is time to warn. */
function useSecondsLeft(end: number, warning: number): number | null {
  const [left, setLeft] = useState<number | null>(null);
  useEffect(() => {
    const look = () => {
      const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      setLeft(seconds <= warning ? seconds : null);
    };
    look();
    const clock = setInterval(look, 1_000);
    return () => clearInterval(clock);
  }, [end, warning]);
  return left;
}
