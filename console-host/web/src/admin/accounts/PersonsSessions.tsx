import { useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { administration } from "../../api/administration";
import type { Account } from "../../api/types";
import { useMay } from "../../session/SessionGate";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { LoadFailed, Skeleton } from "../../ui/Notes";
import { SessionTable } from "./SessionTable";

/** Where somebody is signed in, and signing them out. */
export function PersonsSessions({ account }: { account: Account }) {
  const client = useQueryClient();
  const mayEnd = useMay("sessions.manage");
  const [asking, setAsking] = useState(false);
  const list = useQuery({ queryKey: ["sessions", "of", account.id], queryFn: ({ signal }) => administration.sessionsOf(account.id, signal) });
  const end = useMutation({ mutationFn: () => administration.endSessions(account.id), onSuccess: () => client.invalidateQueries({ queryKey: ["sessions"] }) });
  const sessions = list.data?.items ?? [];
  return (
    <section className="panel" aria-labelledby="sessions">
      <div className="panel-head">
        <h2 id="sessions">Where {account.userName} is signed in</h2>
        {mayEnd && sessions.length > 0 ? <Button small onPress={() => setAsking(true)}>End all sessions</Button> : null}
      </div>
      {list.isPending ? <Skeleton /> : null}
      {list.isError && !list.data ? <LoadFailed what="The sessions" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {sessions.length > 0 ? <SessionTable sessions={sessions} /> : null}
      {list.data && sessions.length === 0 ? <p className="muted">Nowhere.</p> : null}
      <ConfirmDialog title={`Sign ${account.userName} out everywhere?`} isOpen={asking} onClose={() => setAsking(false)} confirmLabel="End all sessions" onConfirm={() => end.mutateAsync()}>
        <p>Screens that they have open are disconnected at once. Their desktops run on, and they may sign in again.</p>
      </ConfirmDialog>
    </section>
  );
}
