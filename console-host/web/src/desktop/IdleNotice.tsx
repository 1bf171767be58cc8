import { useEffect, useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import { messageOf } from "../api/problem";
import { idleQuery, keys } from "../api/queries";
import type { Desktop } from "../api/types";
import { Button } from "../ui/Button";
import { countdown, nextLook, warningOf } from "./idleClock";

const HOUR = 3_600_000;

/** Warns before a desktop is stopped because nobody uses it. Any input in its screen dismisses the warning. */
export function IdleNotice({ desktop }: { desktop: Desktop }) {
  const client = useQueryClient();
  const idle = useQuery({ ...idleQuery(desktop.id), enabled: desktop.connectable, refetchInterval: (query) => nextLook(query.state.data), refetchIntervalInBackground: true });
  const awake = useMutation({
    mutationFn: () => api.keepAwake(desktop.id, new Date(Date.now() + HOUR).toISOString()),
    onSuccess: (next) => client.setQueryData(keys.idle(desktop.id), next),
  });
  const now = useSeconds(warningOf(idle.data, 0) !== null || nextLook(idle.data) !== false);
  const left = desktop.connectable ? warningOf(idle.data, Math.max(0, now - idle.dataUpdatedAt)) : null;
  useTitle(left);
  if (left === null || !idle.data) return null;

  return (
    <div className="idle-notice" role="region" aria-labelledby="idle-title">
      <p id="idle-title"><strong>This desktop stops in <span role="timer">{countdown(left)}</span></strong></p>
      <p role="alert">Nobody has used it for a while. Press a key or move the pointer in it to keep it running.</p>
      {awake.error ? <p role="alert">{messageOf(awake.error)}</p> : null}
      <Button small isPending={awake.isPending} onPress={() => awake.mutate()}>Keep it awake for an hour</Button>
    </div>
  );
}

/** Whoever works in another tab sees it on this one's. */
function useTitle(left: number | null) {
  const minutes = left === null ? null : Math.ceil(left / 60);
  useEffect(() => {
    if (minutes === null) return;
    const before = document.title;
    const warning = minutes < 1 ? `Stops now: ${before}` : `Stops in ${minutes} min: ${before}`;
    document.title = warning;
    return () => {
      // The page may have got another meanwhile.
      if (document.title === warning) document.title = before;
    };
  }, [minutes]);
}

/** The time, every second while somebody needs it that often. */
function useSeconds(active: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [active]);
  return now;
}
