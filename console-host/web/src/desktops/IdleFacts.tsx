import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import { messageOf } from "../api/problem";
import { idleQuery, keys } from "../api/queries";
import type { Desktop } from "../api/types";
import { Button } from "../ui/Button";
import { ErrorNote } from "../ui/Notes";
import { Time } from "../ui/Time";

const HOURS = [1, 4, 12, 24];

/** Since when nobody uses a running desktop, when that stops it, and how to put that off. */
export function IdleFacts({ desktop }: { desktop: Desktop }) {
  const client = useQueryClient();
  const idle = useQuery({ ...idleQuery(desktop.id), refetchInterval: 30_000, enabled: desktop.status === "running" });
  const awake = useMutation({
    mutationFn: (hours: number | null) => api.keepAwake(desktop.id, hours === null ? null : new Date(Date.now() + hours * 3_600_000 - 1_000).toISOString()),
    onSuccess: (next) => client.setQueryData(keys.idle(desktop.id), next),
  });
  if (desktop.status !== "running" || !idle.data) return null;
  const { since, stopsAt, stopAfterMinutes, keptAwakeUntil } = idle.data;

  return (
    <section className="panel" aria-labelledby="idle">
      <h2 id="idle">When nobody uses it</h2>
      <dl className="facts">
        <div><dt>Last input</dt><dd><Time at={since} /></dd></div>
        <div><dt>Stops</dt><dd>{stopsAt ? <><Time at={stopsAt} />, after {stopAfterMinutes} minutes without input</> : "Never by itself"}</dd></div>
        {keptAwakeUntil ? <div><dt>Kept awake until</dt><dd><Time at={keptAwakeUntil} /></dd></div> : null}
      </dl>
      {awake.error ? <ErrorNote>{messageOf(awake.error)}</ErrorNote> : null}
      {stopsAt ? (
        <div className="card-actions" role="group" aria-label="Keep it awake">
          {HOURS.map((hours) => (
            <Button key={hours} small isDisabled={awake.isPending} onPress={() => awake.mutate(hours)}>{hours === 1 ? "Keep awake for 1 hour" : `${hours} hours`}</Button>
          ))}
          {keptAwakeUntil ? <Button small variant="quiet" isDisabled={awake.isPending} onPress={() => awake.mutate(null)}>Let it stop again</Button> : null}
        </div>
      ) : null}
    </section>
  );
}
