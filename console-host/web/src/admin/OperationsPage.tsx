import { useDeferredValue, useState } from "react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, type OperationFilter } from "../api/client";
import { messageOf } from "../api/problem";
import { operationsQuery } from "../api/queries";
import type { Operation, OperationKind, OperationState } from "../api/types";
import { OperationBadge } from "../desktops/StatusBadge";
import { isActive, kindWords, operationWords } from "../desktops/words";
import { applyDesktop, applyOperation } from "../live/reducer";
import { usePolling } from "../live/LiveProvider";
import { LogView } from "../operations/LogView";
import { useMe } from "../session/SessionGate";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { SelectField, TextField } from "../ui/Field";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { between, useNow } from "../ui/time";
import TimelineDialog from "../timeline/TimelineDialog";
import { usePageTitle } from "../ui/usePageTitle";
import { Table } from "./Table";

const order: OperationState[] = ["running", "queued", "failed", "succeeded", "cancelled"];
const states = [{ value: "", label: "Any state" }, ...order.map((state) => ({ value: state, label: operationWords[state].label }))];
const kinds = [{ value: "", label: "Any kind" }, ...(Object.keys(kindWords) as OperationKind[]).map((kind) => ({ value: kind, label: kindWords[kind] }))];

function filterOf(state: string, kind: string, template: string, owner: string): OperationFilter {
  return {
    ...(state ? { state: state as OperationState } : {}),
    ...(kind ? { kind: kind as OperationKind } : {}),
    ...(template.trim() ? { template: template.trim() } : {}),
    ...(owner.trim() ? { owner: owner.trim() } : {}),
  };
}

export default function OperationsPage() {
  usePageTitle("All operations");
  const client = useQueryClient();
  const refetchInterval = usePolling();
  const [state, setState] = useState("running");
  const [kind, setKind] = useState("");
  const [template, setTemplate] = useState("");
  const [owner, setOwner] = useState("");
  const filter = useDeferredValue(filterOf(state, kind, template, owner));
  const [log, setLog] = useState<Operation | null>(null);
  const [timeline, setTimeline] = useState<Operation | null>(null);
  const list = useInfiniteQuery({ ...operationsQuery(client, filter), refetchInterval, placeholderData: (previous) => previous });
  const operations = list.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <>
      <h1>All operations</h1>
      <div className="filters" role="search">
        <SelectField label="State" value={state} onChange={setState} options={states} />
        <SelectField label="Kind" value={kind} onChange={setKind} options={kinds} />
        <TextField label="Template" type="search" value={template} onChange={setTemplate} literal />
        <TextField label="Owner" type="search" value={owner} onChange={setOwner} literal />
      </div>
      {list.isPending ? <Skeleton lines={6} /> : null}
      {list.isError && !list.data ? <LoadFailed what="The operations" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data ? (
        <Table label="Operations" head={["Operation", "Desktop", "State", "Doing", "Asked for", "Took", "Actions"]}>
          {operations.map((operation) => <Row key={operation.id} operation={operation} onLog={() => setLog(operation)} onTimeline={() => setTimeline(operation)} />)}
        </Table>
      ) : null}
      {list.data && operations.length === 0 ? <p className="muted">There is no such operation.</p> : null}
      {list.hasNextPage ? <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>Show more</Button> : null}
      <Dialog title={log ? `${kindWords[log.kind]} ${log.desktopName}` : "Log"} isOpen={log !== null} onClose={() => setLog(null)}>
        {log ? <LogView operation={log.id} /> : null}
        <div className="dialog-actions"><Button onPress={() => setLog(null)}>Close</Button></div>
      </Dialog>
      {timeline ? <TimelineDialog title={`${kindWords[timeline.kind]} ${timeline.desktopName}, step by step`} of={{ operation: timeline.id }} onClose={() => setTimeline(null)} /> : null}
    </>
  );
}

function Row({ operation, onLog, onTimeline }: { operation: Operation; onLog: () => void; onTimeline: () => void }) {
  const client = useQueryClient();
  const now = useNow(1_000);
  const cancel = useMutation({ mutationFn: () => api.cancelOperation(operation.id), onSuccess: (updated) => applyOperation(client, updated) });
  const me = useMe();
  const steers = operation.owner === me.id || me.permissions.includes("desktops.manage");
  const retry = useMutation({
    mutationFn: () => api.retryOperation(operation.id),
    onSuccess(accepted) {
      if (accepted.operation) applyOperation(client, accepted.operation);
      applyDesktop(client, accepted.desktop);
    },
  });
  const error = cancel.error ?? retry.error;
  const what = `${kindWords[operation.kind]} of ${operation.desktopName}`;
  return (
    <tr>
      <th scope="row">{kindWords[operation.kind]}</th>
      <td><Link to={`/desktops/${operation.desktop}`}>{operation.desktopName}</Link></td>
      <td><OperationBadge state={operation.state} /></td>
      <td>{operation.failure?.message ?? (isActive(operation) ? operation.progress.message : "")}</td>
      <td><Time at={operation.queuedAt} /> by {operation.requestedBy}</td>
      <td>{between(operation.queuedAt, operation.finishedAt, now)}</td>
      <td>
        <div className="row-actions">
          <Button small aria-label={`Log: ${what}`} onPress={onLog}>Log</Button>
          <Button small aria-label={`Timeline: ${what}`} onPress={onTimeline}>Timeline</Button>
          {isActive(operation) && steers ? (
            <Button small aria-label={`Cancel: ${what}`} isDisabled={operation.cancelRequested} isPending={cancel.isPending} onPress={() => cancel.mutate()}>Cancel</Button>
          ) : null}
          {(operation.state === "failed" || operation.state === "cancelled") && steers ? (
            <Button small aria-label={`Retry: ${what}`} isPending={retry.isPending} onPress={() => retry.mutate()}>Retry</Button>
          ) : null}
        </div>
        {error ? <ErrorNote>{messageOf(error)}</ErrorNote> : null}
      </td>
    </tr>
  );
}
