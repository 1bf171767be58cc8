import { lazy, Suspense, useState } from "react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { operationsQuery } from "../api/queries";
import type { Operation } from "../api/types";
import { LogView } from "../operations/LogView";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { between } from "../ui/time";
import { OperationBadge } from "./StatusBadge";
import { isActive, kindWords } from "./words";

const TimelineDialog = lazy(() => import("../timeline/TimelineDialog"));

/** Everything that was ever done to a desktop, newest first. */
export function History({ desktop }: { desktop: string }) {
  const client = useQueryClient();
  const list = useInfiniteQuery(operationsQuery(client, { desktop }));
  const [log, setLog] = useState<string | null>(null);
  const [timeline, setTimeline] = useState<Operation | null>(null);
  const operations = list.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <section className="panel" aria-labelledby="history">
      <h2 id="history">History</h2>
      {list.isPending ? <Skeleton /> : null}
      <ul className="history">
        {operations.map((operation) => (
          <li key={operation.id}>
            <strong>{kindWords[operation.kind]}</strong>
            <OperationBadge state={operation.state} />
            <span className="muted"><Time at={operation.queuedAt} /> by {operation.requestedBy}</span>
            <span className="muted">{isActive(operation) ? "" : `took ${between(operation.queuedAt, operation.finishedAt, Date.parse(operation.queuedAt))}`}</span>
            <div className="row-actions" style={{ marginLeft: "auto" }}>
              <Button small variant="quiet" aria-label={`Log of ${kindWords[operation.kind]}`} onPress={() => setLog(operation.id)}>Log</Button>
              <Button small variant="quiet" aria-label={`Timeline of ${kindWords[operation.kind]}`} onPress={() => setTimeline(operation)}>Timeline</Button>
            </div>
            {operation.failure ? <p className="history-failure">{operation.failure.message}</p> : null}
          </li>
        ))}
      </ul>
      {list.data && operations.length === 0 ? <p className="muted">Nothing was done to it yet.</p> : null}
      {list.hasNextPage ? <Button small onPress={() => void list.fetchNextPage()}>Show older</Button> : null}
      <Dialog title="Log" isOpen={log !== null} onClose={() => setLog(null)}>
        {log === null ? null : <LogView operation={log} />}
        <div className="dialog-actions"><Button onPress={() => setLog(null)}>Close</Button></div>
      </Dialog>
      {timeline ? <Suspense fallback={null}><TimelineDialog title={`${kindWords[timeline.kind]}, step by step`} of={{ operation: timeline.id }} onClose={() => setTimeline(null)} /></Suspense> : null}
    </section>
  );
}
