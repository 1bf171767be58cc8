import { useDeferredValue, useState } from "react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { desktopsQuery } from "../api/queries";
import type { Desktop, DesktopStatus } from "../api/types";
import { allowed, useDesktopActions } from "../desktops/actions";
import { DesktopDialogs, type DesktopDialog } from "../desktops/Dialogs";
import { StatusBadge } from "../desktops/StatusBadge";
import { statusWords } from "../desktops/words";
import { usePolling } from "../live/LiveProvider";
import { Button } from "../ui/Button";
import { SelectField, TextField } from "../ui/Field";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { usePageTitle } from "../ui/usePageTitle";
import { messageOf } from "../api/problem";
import { Table } from "./Table";

const states = [
  { value: "", label: "Any state" },
  ...(Object.keys(statusWords) as DesktopStatus[]).map((status) => ({ value: status, label: statusWords[status].label })),
];

export default function DesktopsPage() {
  usePageTitle("All desktops");
  const client = useQueryClient();
  const refetchInterval = usePolling();
  const [text, setText] = useState("");
  const [status, setStatus] = useState("");
  const search = useDeferredValue(text.trim());
  const list = useInfiniteQuery({
    ...desktopsQuery(client, { owner: "*", ...(status ? { status } : {}), ...(search ? { q: search } : {}) }),
    refetchInterval,
    placeholderData: (previous) => previous,
  });
  const desktops = list.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <>
      <h1>All desktops</h1>
      <div className="filters" role="search">
        <TextField label="Name or identifier" type="search" value={text} onChange={setText} />
        <SelectField label="State" value={status} onChange={setStatus} options={states} />
      </div>
      {list.isPending ? <Skeleton lines={6} /> : null}
      {list.isError && !list.data ? <LoadFailed what="The desktops" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data ? (
        <Table label="Desktops" head={["Desktop", "Owner", "State", "Template", "Last used", "Actions"]}>
          {desktops.map((desktop) => <Row key={desktop.id} desktop={desktop} />)}
        </Table>
      ) : null}
      {list.data && desktops.length === 0 ? <p className="muted">No desktop fits.</p> : null}
      {list.hasNextPage ? <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>Show more</Button> : null}
    </>
  );
}

function Row({ desktop }: { desktop: Desktop }) {
  const actions = useDesktopActions(desktop);
  const [dialog, setDialog] = useState<DesktopDialog>(null);
  const may = allowed(desktop);
  return (
    <tr>
      <th scope="row"><Link to={`/desktops/${desktop.id}`}>{desktop.name}</Link><br /><code>{desktop.id}</code></th>
      <td>{desktop.owner.userName}</td>
      <td><StatusBadge status={desktop.status} /></td>
      <td>{desktop.template.title}</td>
      <td>{desktop.lastConnectedAt ? <Time at={desktop.lastConnectedAt} /> : "Not yet"}</td>
      <td>
        <div className="row-actions">
          {may.start ? <Button small aria-label={`Start ${desktop.name}`} onPress={() => actions.change.mutate({ state: "running" })}>Start</Button> : null}
          {may.stop ? <Button small aria-label={`Stop ${desktop.name}`} onPress={() => setDialog("stop")}>Stop</Button> : null}
          <Button small variant="quiet" aria-label={`Delete ${desktop.name}`} isDisabled={Boolean(desktop.activeOperation)} onPress={() => setDialog("delete")}>Delete</Button>
        </div>
        {actions.change.error && dialog === null ? <ErrorNote>{messageOf(actions.change.error)}</ErrorNote> : null}
        <DesktopDialogs desktop={desktop} actions={actions} open={dialog} onClose={() => setDialog(null)} />
      </td>
    </tr>
  );
}
