import { useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import { keys } from "../api/queries";
import type { Orphan, OrphanRemoval } from "../api/types";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { ErrorNote, InfoNote, LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { usePageTitle } from "../ui/usePageTitle";
import { Table } from "./Table";

/** What costs money in the cloud account and belongs to nobody: looked for on demand, removed only when named and confirmed. */
export default function OrphansPage() {
  usePageTitle("Orphans");
  const client = useQueryClient();
  const list = useQuery({ queryKey: keys.orphans, queryFn: ({ signal }) => api.orphans(signal), refetchOnWindowFocus: false, retry: false });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [confirming, setConfirming] = useState(false);
  const removal = useMutation({
    mutationFn: (ids: string[]) => api.removeOrphans(ids),
    onSettled: () => client.invalidateQueries({ queryKey: keys.orphans }),
  });
  const orphans = list.data?.items ?? [];
  const named = orphans.filter((orphan) => chosen.has(orphan.id));

  function choose(id: string, on: boolean) {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  }

  return (
    <>
      <div className="page-head">
        <h1>Orphans</h1>
        <Button isPending={list.isFetching} onPress={() => void list.refetch()}><Icon name="retry" /> Look again</Button>
      </div>
      <p className="muted">Machines, disks, proxies, secrets and states in the cloud account that carry this installation’s mark, are older than 15 minutes and belong to no desktop.</p>
      {removal.data ? <Removed results={removal.data.items} /> : null}
      {list.isPending ? <Skeleton lines={6} label="Looking through the cloud account" /> : null}
      {list.isError && !list.data ? <LoadFailed what="The orphans" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data && orphans.length === 0 ? <InfoNote><p>There are none.</p></InfoNote> : null}
      {orphans.length > 0 ? (
        <>
          <Table label="Orphans" head={["Remove", "What", "Name", "Of desktop", "Created"]}>
            {orphans.map((orphan) => <Row key={orphan.id} orphan={orphan} chosen={chosen.has(orphan.id)} onChoose={(on) => choose(orphan.id, on)} />)}
          </Table>
          <div className="card-actions">
            <Button onPress={() => setChosen(new Set(orphans.map((orphan) => orphan.id)))}>Choose all</Button>
            <Button variant="danger" isDisabled={named.length === 0} onPress={() => setConfirming(true)}><Icon name="trash" /> Remove {named.length || ""}</Button>
          </div>
        </>
      ) : null}
      <ConfirmDialog
        title={`Remove ${named.length} orphans?`}
        isOpen={confirming}
        onClose={() => setConfirming(false)}
        confirmLabel={`Remove ${named.length}`}
        danger
        onConfirm={async () => {
          await removal.mutateAsync(named.map((orphan) => orphan.id));
          setChosen(new Set());
        }}
      >
        <p>They are removed from the cloud account for good, with everything on their disks. Each removal is written to the audit trail.</p>
      </ConfirmDialog>
    </>
  );
}

function Row({ orphan, chosen, onChoose }: { orphan: Orphan; chosen: boolean; onChoose: (on: boolean) => void }) {
  const name = orphan.id.slice(orphan.id.indexOf("/") + 1);
  return (
    <tr>
      <td><input type="checkbox" aria-label={`Remove ${name}`} checked={chosen} onChange={(event) => onChoose(event.target.checked)} /></td>
      <td>{orphan.detail}</td>
      <th scope="row"><code>{name}</code></th>
      <td><code>{orphan.desktop}</code></td>
      <td><Time at={orphan.createdAt} /></td>
    </tr>
  );
}

function Removed({ results }: { results: OrphanRemoval[] }) {
  const left = results.filter((result) => !result.removed);
  return (
    <>
      <InfoNote><p>{results.length - left.length} of {results.length} were removed.</p></InfoNote>
      {left.length > 0 ? (
        <ErrorNote>
          <ul className="problems">{left.map((result) => <li key={result.id}>{result.id}: {result.problem}</li>)}</ul>
        </ErrorNote>
      ) : null}
    </>
  );
}
