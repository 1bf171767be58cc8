import { useDeferredValue, useState } from "react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import type { BulkAction, Choice } from "../api/administration";
import { desktopsQuery, keys } from "../api/queries";
import type { Desktop } from "../api/types";
import { messageOf } from "../api/problem";
import { allowed, useDesktopActions } from "../desktops/actions";
import { DesktopDialogs, type DesktopDialog } from "../desktops/Dialogs";
import { useRights } from "../desktops/rights";
import { StatusBadge } from "../desktops/StatusBadge";
import { usePolling } from "../live/LiveProvider";
import { useMay } from "../session/SessionGate";
import { Button } from "../ui/Button";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { usePageTitle } from "../ui/usePageTitle";
import { BulkDialog } from "./desktops/BulkDialog";
import { DesktopFilters, filterOf, noFilters } from "./desktops/DesktopFilters";
import { SelectionBar } from "./desktops/SelectionBar";
import { Table } from "./Table";

export default function DesktopsPage() {
  usePageTitle("All desktops");
  const client = useQueryClient();
  const refetchInterval = usePolling();
  const mayChoose = useMay("desktops.stop");
  const [filters, setFilters] = useState(noFilters);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState<number | null>(null);
  const [asked, setAsked] = useState<{ action: BulkAction; choice: Choice } | null>(null);
  const filter = filterOf(useDeferredValue(filters));
  const list = useInfiniteQuery({ ...desktopsQuery(client, filter), refetchInterval, placeholderData: (previous) => previous });
  const desktops = list.data?.pages.flatMap((page) => page.items) ?? [];

  function none() {
    setChosen(new Set());
    setAll(null);
  }
  function choose(id: string, on: boolean) {
    const next = new Set(all === null ? chosen : desktops.map((desktop) => desktop.id));
    if (on) next.add(id);
    else next.delete(id);
    setAll(null);
    setChosen(next);
  }
  return (
    <>
      <h1>All desktops</h1>
      <DesktopFilters filters={filters} onChange={(next) => { setFilters(next); none(); }} />
      {mayChoose ? <SelectionBar chosen={chosen} all={all} filter={filter} onAll={setAll} onNone={none} onAction={(action, choice) => setAsked({ action, choice })} /> : null}
      {list.isPending ? <Skeleton lines={6} /> : null}
      {list.isError && !list.data ? <LoadFailed what="The desktops" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data ? (
        <Table label="Desktops" head={[...(mayChoose ? ["Choose"] : []), "Desktop", "Owner", "State", "Template", "Last used", "Actions"]}>
          {desktops.map((desktop) => <Row key={desktop.id} desktop={desktop} chosen={all !== null || chosen.has(desktop.id)} onChoose={mayChoose ? (on) => choose(desktop.id, on) : undefined} />)}
        </Table>
      ) : null}
      {list.data && desktops.length === 0 ? <p className="muted">No desktop fits.</p> : null}
      {list.hasNextPage ? <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>Show more</Button> : null}
      {asked ? (
        <BulkDialog {...asked} onClose={() => setAsked(null)} onAccepted={() => { none(); void client.invalidateQueries({ queryKey: keys.desktops }); }} />
      ) : null}
    </>
  );
}

function Row({ desktop, chosen, onChoose }: { desktop: Desktop; chosen: boolean; onChoose?: (on: boolean) => void }) {
  const actions = useDesktopActions(desktop);
  const [dialog, setDialog] = useState<DesktopDialog>(null);
  const may = allowed(desktop);
  const rights = useRights(desktop);
  return (
    <tr>
      {onChoose ? <td><input type="checkbox" className="choose" aria-label={`Choose ${desktop.name}`} checked={chosen} onChange={(event) => onChoose(event.target.checked)} /></td> : null}
      <th scope="row"><Link to={`/desktops/${desktop.id}`}>{desktop.name}</Link><br /><code>{desktop.id}</code></th>
      <td>{desktop.owner.userName}</td>
      <td><StatusBadge status={desktop.status} /></td>
      <td>{desktop.template.title}</td>
      <td>{desktop.lastConnectedAt ? <Time at={desktop.lastConnectedAt} /> : "Not yet"}</td>
      <td>
        <div className="row-actions">
          {may.start && rights.power ? <Button small aria-label={`Start ${desktop.name}`} onPress={() => actions.change.mutate({ state: "running" })}>Start</Button> : null}
          {may.stop && rights.power ? <Button small aria-label={`Stop ${desktop.name}`} onPress={() => setDialog("stop")}>Stop</Button> : null}
          {rights.remove ? <Button small variant="quiet" aria-label={`Delete ${desktop.name}`} isDisabled={Boolean(desktop.activeOperation)} onPress={() => setDialog("delete")}>Delete</Button> : null}
        </div>
        {actions.change.error && dialog === null ? <ErrorNote>{messageOf(actions.change.error)}</ErrorNote> : null}
        <DesktopDialogs desktop={desktop} actions={actions} open={dialog} onClose={() => setDialog(null)} />
      </td>
    </tr>
  );
}
