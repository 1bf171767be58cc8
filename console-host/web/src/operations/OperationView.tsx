import { lazy, Suspense, useState } from "react";
import type { Operation } from "../api/types";
import { OperationBadge } from "../desktops/StatusBadge";
import { isActive, kindWords, stepWords } from "../desktops/words";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Time } from "../ui/Time";
import { between, duration, useNow } from "../ui/time";
import { LogView } from "./LogView";
import { ProgressLine } from "./ProgressLine";

const TimelineView = lazy(() => import("../timeline/TimelineView"));

interface Props {
  operation: Operation;
  /** Absent for who may only look. */
  onCancel?: () => void;
  cancelling: boolean;
}

/** What Terraform is doing now: the line, the steps, every resource, and the log when asked for. */
export function OperationView({ operation, onCancel, cancelling }: Props) {
  const active = isActive(operation);
  const [showLog, setShowLog] = useState(false);
  const [showTimeline, setShowTimeline] = useState(false);
  return (
    <section className="panel" aria-labelledby="operation" data-testid="operation">
      <div className="panel-head">
        <h2 id="operation">{active ? "Now" : "Last"}: {kindWords[operation.kind]}</h2>
        <OperationBadge state={operation.state} />
        {active && onCancel ? (
          <Button small isPending={cancelling} isDisabled={operation.cancelRequested} onPress={onCancel}>
            {operation.cancelRequested ? "Cancelling…" : "Cancel"}
          </Button>
        ) : null}
      </div>
      {active ? <ProgressLine operation={operation} /> : <Finished operation={operation} />}
      {operation.attempt > 1 ? <p className="muted">This is attempt {operation.attempt}.</p> : null}
      {active && operation.nextAttemptAt ? <p className="muted">The last attempt failed; the next one is due <Time at={operation.nextAttemptAt} />.</p> : null}
      <Timeline operation={operation} />
      <Resources operation={operation} />
      <div className="card-actions">
        <Button small onPress={() => setShowTimeline(!showTimeline)} aria-expanded={showTimeline}>{showTimeline ? "Hide the timeline" : "Show the timeline"}</Button>
        <Button small onPress={() => setShowLog(!showLog)} aria-expanded={showLog}>{showLog ? "Hide the log" : "Show the log"}</Button>
      </div>
      {showTimeline ? <Suspense fallback={null}><TimelineView of={{ operation: operation.id }} /></Suspense> : null}
      {showLog ? <LogView operation={operation.id} /> : null}
    </section>
  );
}

function Finished({ operation }: { operation: Operation }) {
  if (!operation.finishedAt) return null;
  return (
    <p className="muted">
      Ended <Time at={operation.finishedAt} /> after {between(operation.queuedAt, operation.finishedAt, 0)}.
    </p>
  );
}

function Timeline({ operation }: { operation: Operation }) {
  const now = useNow(1_000);
  const { timeline } = operation.progress;
  if (timeline.length === 0) return null;
  const active = isActive(operation);
  return (
    <ol className="timeline" aria-label="Steps">
      {timeline.map((step) => {
        const running = !step.finishedAt && active;
        return (
          <li key={`${step.name}-${step.startedAt}`} className={running ? "timeline-now" : ""}>
            <Icon name={running ? "spinner" : step.finishedAt ? "check" : "cross"} className={running ? "spinning" : ""} />
            {stepWords(step.name)} <span className="muted">{between(step.startedAt, step.finishedAt ?? operation.finishedAt, now)}</span>
          </li>
        );
      })}
    </ol>
  );
}

const resourceWords = { planned: "waiting", running: "under way", done: "done", failed: "failed" } as const;
const resourceIcons = { planned: "clock", running: "spinner", done: "check", failed: "alert" } as const;
const actionWords: Record<string, string> = { create: "create", update: "change", delete: "remove", replace: "replace", read: "read" };

function Resources({ operation }: { operation: Operation }) {
  const { resources } = operation.progress;
  if (resources.length === 0) return null;
  return (
    <ul className="resources" aria-label="Resources">
      {resources.map((resource) => (
        <li key={resource.address} data-state={resource.state}>
          <Icon name={resourceIcons[resource.state]} className={resource.state === "running" ? "spinning" : ""} />
          <code>{resource.address}</code>
          <span className="muted">
            {actionWords[resource.action] ?? resource.action}: {resourceWords[resource.state]}
            {resource.state === "planned" ? "" : <>, <Elapsed key={`${resource.state}${resource.elapsedSeconds}`} seconds={resource.elapsedSeconds} running={resource.state === "running" && isActive(operation)} /></>}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The server's count, carried on by the clock between two events. */
function Elapsed({ seconds, running }: { seconds: number; running: boolean }) {
  const [since] = useState(() => Date.now());
  const now = useNow(1_000);
  return duration(running ? seconds + Math.max(0, now - since) / 1000 : seconds);
}
