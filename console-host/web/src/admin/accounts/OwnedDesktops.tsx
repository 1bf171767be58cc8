import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { possessionsQuery, type BulkAction } from "../../api/administration";
import { keys } from "../../api/queries";
import type { Account } from "../../api/types";
import { StatusBadge } from "../../desktops/StatusBadge";
import { useMay } from "../../session/SessionGate";
import { Button } from "../../ui/Button";
import { LoadFailed, Skeleton } from "../../ui/Notes";
import { Time } from "../../ui/Time";
import { BulkDialog } from "../desktops/BulkDialog";
import { Table } from "../Table";

/** What somebody owns, and what whoever cleans up after them does with it. */
export function OwnedDesktops({ account }: { account: Account }) {
  const client = useQueryClient();
  const mayStop = useMay("desktops.stop");
  const mayManage = useMay("desktops.manage");
  const [action, setAction] = useState<BulkAction | null>(null);
  const owned = useQuery(possessionsQuery(account.id));
  const desktops = owned.data?.desktops ?? [];
  const choice = { ids: desktops.map((desktop) => desktop.id), count: desktops.length };
  const refresh = () => void Promise.all([client.invalidateQueries({ queryKey: possessionsQuery(account.id).queryKey }), client.invalidateQueries({ queryKey: keys.desktops })]);
  return (
    <section className="panel" aria-labelledby="owned">
      <div className="panel-head">
        <h2 id="owned">Desktops of {account.userName}</h2>
        {desktops.length > 0 && mayStop ? <Button small onPress={() => setAction("stop")}>Stop all</Button> : null}
        {desktops.length > 0 && mayManage ? <Button small onPress={() => setAction("transfer")}>Give all to…</Button> : null}
        {desktops.length > 0 && mayManage ? <Button small variant="danger" onPress={() => setAction("delete")}>Delete all</Button> : null}
      </div>
      {owned.isPending ? <Skeleton /> : null}
      {owned.isError && !owned.data ? <LoadFailed what="The desktops" error={owned.error} onRetry={() => void owned.refetch()} /> : null}
      {owned.data && desktops.length === 0 ? <p className="muted">None.</p> : null}
      {desktops.length > 0 ? (
        <Table label="Desktops" head={["Desktop", "State", "Template", "Last used"]}>
          {desktops.map((desktop) => (
            <tr key={desktop.id}>
              <th scope="row"><Link to={`/desktops/${desktop.id}`}>{desktop.name}</Link></th>
              <td><StatusBadge status={desktop.status} /></td>
              <td>{desktop.template.title}</td>
              <td>{desktop.lastConnectedAt ? <Time at={desktop.lastConnectedAt} /> : "Not yet"}</td>
            </tr>
          ))}
        </Table>
      ) : null}
      {owned.data?.moreDesktops ? <p className="muted">There are more than these; come back when these are done.</p> : null}
      {owned.data && owned.data.tokens.length > 0 ? (
        <>
          <h3>API tokens</h3>
          <ul className="problems">
            {owned.data.tokens.map((token) => (
              <li key={token.id}>{token.name} <code>{token.prefix}…</code> {token.valid ? "" : "(refused)"} {token.lastUsedAt ? <>last used <Time at={token.lastUsedAt} /></> : "never used"}</li>
            ))}
          </ul>
        </>
      ) : null}
      {action ? <BulkDialog action={action} choice={choice} except={account.id} onClose={() => { setAction(null); refresh(); }} onAccepted={refresh} /> : null}
    </section>
  );
}
