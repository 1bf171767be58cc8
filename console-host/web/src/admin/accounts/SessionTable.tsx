import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { api } from "../../api/client";
import type { LiveSession } from "../../api/administration";
import { browserName } from "../../session/browserName";
import { useMay } from "../../session/SessionGate";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { Time } from "../../ui/Time";
import { Table } from "../Table";

/** Where people are signed in; whose it is only where that is not said above. */
export function SessionTable({ sessions, withPerson }: { sessions: LiveSession[]; withPerson?: boolean }) {
  const client = useQueryClient();
  const mayEnd = useMay("sessions.manage");
  const [ending, setEnding] = useState<LiveSession | null>(null);
  const end = useMutation({
    mutationFn: (id: string) => api.endSession(id),
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: ["sessions"] }), client.invalidateQueries({ queryKey: ["accounts"] })]),
  });
  return (
    <>
      <Table label="Sessions" head={[...(withPerson ? ["Person"] : []), "Browser", "Address", "Signed in", "Last sign of life", "Method", ...(mayEnd ? ["Actions"] : [])]}>
        {sessions.map((session) => (
          <tr key={session.id}>
            {withPerson ? <th scope="row"><Link to={`/admin/accounts/${session.accountId}`}>{session.userName}</Link></th> : null}
            {withPerson ? <td title={session.userAgent ?? undefined}>{browserName(session.userAgent)}</td> : <th scope="row" title={session.userAgent ?? undefined}>{browserName(session.userAgent)}{session.current ? <> <span className="tag">This browser</span></> : null}</th>}
            <td>{session.address ?? ""}</td>
            <td><Time at={session.createdAt} /></td>
            <td><Time at={session.lastRefreshAt} /></td>
            <td>{session.method ?? ""}</td>
            {mayEnd ? <td>{session.current ? "This one" : <Button small aria-label={`End session of ${session.userName} from ${session.address ?? "an unknown address"}`} onPress={() => setEnding(session)}>End</Button>}</td> : null}
          </tr>
        ))}
      </Table>
      <ConfirmDialog title={`End this session of ${ending?.userName ?? ""}?`} isOpen={ending !== null} onClose={() => setEnding(null)} confirmLabel="End session" onConfirm={() => end.mutateAsync(ending?.id ?? "")}>
        <p>They are signed out at once, and screens that they have open in it are disconnected. Their desktops run on.</p>
      </ConfirmDialog>
    </>
  );
}
