import { useQuery } from "@tanstack/react-query";
import { LoadFailed, Skeleton } from "../ui/Notes";
import { timelineQuery, type StartTimeline, type TimelineOf, type TimelinePhase } from "./timelineApi";
import { phaseWords, summary, took } from "./words";
import "./timeline.css";

/** From the click to the pixels: every step and every resource with when it began and how long it took. */
export default function TimelineView({ of }: { of: TimelineOf }) {
  const timeline = useQuery(timelineQuery(of));
  if (timeline.isPending) return <Skeleton lines={4} label="Loading the timeline" />;
  if (timeline.isError && !timeline.data) return <LoadFailed what="The timeline" error={timeline.error} onRetry={() => void timeline.refetch()} />;
  return timeline.data ? <Shown timeline={timeline.data} /> : null;
}

interface Row {
  key: string;
  name: string;
  code?: boolean;
  state: string;
  start: number | null;
  milliseconds: number;
}

const stateWords: Record<string, string> = { running: "under way", failed: "failed", planned: "waiting" };

function rowsOf(phase: TimelinePhase): Row[] {
  const step = { key: phase.name + phase.startMilliseconds, name: phaseWords(phase.name), state: phase.name === "unattended" ? "apart" : phase.state, start: phase.startMilliseconds, milliseconds: phase.milliseconds };
  return [step, ...phase.resources.map((resource) => ({
    key: `${phase.name} ${resource.action} ${resource.address}`,
    name: resource.address,
    code: true,
    state: resource.state,
    start: resource.startMilliseconds ?? null,
    milliseconds: resource.milliseconds,
  }))];
}

function Shown({ timeline }: { timeline: StartTimeline }) {
  const rows = timeline.phases.flatMap(rowsOf);
  const whole = Math.max(1, timeline.elapsedMilliseconds, ...rows.map((row) => (row.start ?? 0) + row.milliseconds));
  return (
    <div className="start-timeline" data-testid="timeline">
      <p>{summary(timeline)}</p>
      <table>
        <caption className="visually-hidden">Steps from the request on. What overlaps in time ran at the same time.</caption>
        <thead><tr><th scope="col">Step</th><th scope="col">Began after</th><th scope="col">Took</th></tr></thead>
        <tbody>{rows.map((row) => <TimelineRow key={row.key} row={row} whole={whole} />)}</tbody>
      </table>
    </div>
  );
}

function TimelineRow({ row, whole }: { row: Row; whole: number }) {
  const word = stateWords[row.state];
  return (
    <tr data-state={row.state} className={row.code ? "start-resource" : ""}>
      <th scope="row">
        {row.code ? <code>{row.name}</code> : row.name}{word ? <span className="muted">, {word}</span> : null}
        {row.start === null ? null : (
          <span className="start-track" aria-hidden="true">
            <span className="start-bar" style={{ left: `${(100 * row.start) / whole}%`, width: `${Math.max(0.5, (100 * row.milliseconds) / whole)}%` }} />
          </span>
        )}
      </th>
      <td>{row.start === null ? "" : took(row.start)}</td>
      <td>{row.start === null ? "" : took(row.milliseconds)}</td>
    </tr>
  );
}
