import { useRef, useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "react-router";
import { ApiError } from "../api/problem";
import { useMay } from "../session/SessionGate";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/Dialog";
import { ErrorNote, InfoNote, LoadFailed, Skeleton } from "../ui/Notes";
import { exact } from "../ui/time";
import { usePageTitle } from "../ui/usePageTitle";
import { KeySearch } from "./KeySearch";
import { PlayerBar } from "./PlayerBar";
import { PointerMark } from "./PointerMark";
import { deleteRecording, recordingQuery, timelineAddress, type Recording } from "./recordingsApi";
import { useRecording } from "./useRecording";
import { clock, lengthOf, stateWords } from "./words";
import "./recordings.css";

export default function RecordingPage() {
  const { id = "" } = useParams();
  const recording = useQuery({ ...recordingQuery(id), staleTime: Infinity });
  usePageTitle(recording.data ? `Recording of ${recording.data.desktop.name}` : "Recording");
  if (recording.data) return <Watch key={id} recording={recording.data} />;
  if (recording.isPending) return <Skeleton lines={8} label="Loading the recording" />;
  if (recording.error instanceof ApiError && recording.error.status === 404) return <Gone />;
  return <LoadFailed what="The recording" error={recording.error} onRetry={() => void recording.refetch()} />;
}

function Gone() {
  return (
    <div className="placeholder">
      <h2>This recording is gone</h2>
      <p>Its time was over, or it was deleted.</p>
      <Link to="/admin/recordings">All recordings</Link>
    </div>
  );
}

function Watch({ recording }: { recording: Recording }) {
  const screen = useRef<HTMLDivElement>(null);
  const { source, player, state, failure } = useRecording(recording, screen);
  const title = `${recording.desktop.name}, ${exact(recording.startedAt)}`;
  const nothing = source.length === 0;

  function onKeyDown(event: React.KeyboardEvent) {
    if (!player || event.ctrlKey || event.altKey || event.metaKey || (event.target as HTMLElement).matches("input[type=text], input[type=search], select")) return;
    const does: Record<string, () => void> = { k: () => player.toggle(), j: () => player.by(-10_000), l: () => player.by(10_000) };
    const act = does[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  return (
    // The player's own letters work wherever the focus is in it.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="player-page" onKeyDown={onKeyDown}>
      <nav aria-label="Breadcrumb" className="crumbs"><Link to="/admin/recordings">Recordings</Link></nav>
      <div className="page-head">
        <h1>Recording of {recording.desktop.name}</h1>
        <Actions recording={recording} />
      </div>
      <Facts recording={recording} />
      {recording.state === "broken" ? <InfoNote><p>This recording broke off: the connection service ended without saying so. It can be played as far as it goes.</p></InfoNote> : null}
      {recording.state === "recording" ? <InfoNote><p>This session is still going on. You see it up to the moment at which you opened this page.</p></InfoNote> : null}
      {failure ? <ErrorNote>{failure}</ErrorNote> : null}
      {nothing ? <InfoNote><p>Nothing was recorded before the session ended.</p></InfoNote> : null}
      <div className="player" hidden={nothing}>
        <div className="player-stage">
          <div ref={screen} className="player-screen" role="img" aria-label={`Screen of ${title}`} data-testid="playback" />
          {player && state ? <PointerMark place={player.pointer()} screen={screen} /> : null}
          {!player && !failure ? <div className="player-wait"><Skeleton lines={2} label="Loading the recording's pictures" /></div> : null}
          {state && state.seeking !== null ? <p className="player-seeking" role="status">Going there… <span aria-hidden="true">{clock(state.seeking)}</span></p> : null}
        </div>
        {player && state ? <PlayerBar source={source} player={player} state={state} /> : null}
      </div>
      {recording.keys && player ? <KeySearch source={source} onGo={(at) => player.seek(at)} /> : null}
    </div>
  );
}

function Facts({ recording }: { recording: Recording }) {
  return (
    <dl className="facts">
      <div><dt>Owner</dt><dd>{recording.owner.userName}</dd></div>
      <div><dt>At the screen</dt><dd>{recording.viewer.userName}</dd></div>
      <div><dt>Began</dt><dd><time dateTime={recording.startedAt}>{exact(recording.startedAt)}</time></dd></div>
      <div><dt>Length</dt><dd>{lengthOf(recording) || "still going on"}</dd></div>
      <div><dt>What is kept</dt><dd>{recording.keys ? "Screen and keys" : "Screen"}</dd></div>
      <div><dt>State</dt><dd>{stateWords[recording.state]}</dd></div>
      <div><dt>Kept until</dt><dd><time dateTime={recording.expiresAt}>{exact(recording.expiresAt)}</time></dd></div>
    </dl>
  );
}

function Actions({ recording }: { recording: Recording }) {
  const mayDelete = useMay("recordings.manage") && recording.state !== "recording";
  const [asking, setAsking] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  return (
    <div className="form-actions">
      <a className="button" href={timelineAddress(recording.id, false)} download>Timeline as JSON lines</a>
      <a className="button" href={timelineAddress(recording.id, true)} download>Timeline as CSV</a>
      {mayDelete ? <Button variant="danger" onPress={() => setAsking(true)}>Delete…</Button> : null}
      <ConfirmDialog
        title="Delete this recording?" isOpen={asking} danger confirmLabel="Delete the recording" onClose={() => setAsking(false)}
        onConfirm={async () => {
          await deleteRecording(recording.id);
          await client.invalidateQueries({ queryKey: ["recordings"] });
          void navigate("/admin/recordings");
        }}
      >
        <p>It is gone for good, before its time. That it was deleted, and by whom, stays in the audit trail.</p>
      </ConfirmDialog>
    </div>
  );
}
