import { lazy, Suspense } from "react";
import { ProgressBar } from "react-aria-components";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { operationQuery } from "../api/queries";
import type { Operation } from "../api/types";
import { usePolling } from "../live/LiveProvider";
import { between, useNow } from "../ui/time";

const Estimate = lazy(() => import("../timeline/Estimate"));

export function useOperation(id: string | null | undefined) {
  const client = useQueryClient();
  const refetchInterval = usePolling();
  return useQuery({ ...operationQuery(client, id ?? ""), enabled: Boolean(id), refetchInterval });
}

/** Somebody waits for a screen; how long an end takes is nobody's question. */
const isWaitedFor = ({ kind, cancelRequested }: Operation) => !cancelRequested && kind !== "stop" && kind !== "delete";

/** What is being done now, how far it is, and for how long: one line and a bar. */
export function ProgressLine({ operation }: { operation: Operation }) {
  const now = useNow(1_000);
  const { progress } = operation;
  const known = progress.total > 0;
  const message = operation.cancelRequested ? "Cancelling; waiting for Terraform to stop cleanly" : progress.message;
  return (
    <div className="progress-line">
      <ProgressBar
        aria-label={message}
        className="progress"
        isIndeterminate={!known}
        value={progress.done}
        minValue={0}
        maxValue={Math.max(progress.total, 1)}
        valueLabel={known ? `${progress.done} of ${progress.total} resources` : "Working"}
      >
        {({ percentage }) => (
          <span className="progress-track">
            {known ? <span className="progress-fill" style={{ width: `${Math.max(percentage ?? 0, 4)}%` }} /> : <span className="progress-fill progress-unknown" />}
          </span>
        )}
      </ProgressBar>
      <p className="progress-text">
        <span data-testid="progress-message">{message}</span>
        <span className="muted">
          {known ? `${progress.done} of ${progress.total} · ` : ""}
          {between(operation.queuedAt, operation.finishedAt, now)}
        </span>
      </p>
      {isWaitedFor(operation) ? <Suspense fallback={null}><Estimate operation={operation} /></Suspense> : null}
    </div>
  );
}
