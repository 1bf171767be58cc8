import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { desktopQuery, meQuery } from "../api/queries";
import { ApiError } from "../api/problem";
import type { Desktop, SessionPolicy } from "../api/types";
import { statusWords } from "../desktops/words";
import { usePolling } from "../live/LiveProvider";
import { buttonClass } from "../ui/Button";
import { LoadFailed, Skeleton } from "../ui/Notes";
import { IdleNotice } from "./IdleNotice";
import { syncClipboard } from "./clipboard";
import type { Grant } from "./connector";
import { useEngine } from "./engines";
import { DropZone } from "./files/DropZone";
import { TransferList } from "./files/TransferList";
import { useQuality, type QualityChoice } from "./quality";
import { SessionLimit } from "./policy/SessionLimit";
import { WatermarkLayer } from "./policy/WatermarkLayer";
import { Curtain, Ended, NotRunning, Waiting } from "./NotConnected";
import { RecordingSign } from "./RecordingSign";
import type { Engine, ScreenLink } from "./screenLink";
import { StatisticsPanel } from "./StatisticsPanel";
import { Tool, Toolbar } from "./Toolbar";
import { useConnection, type ConnectionPhase } from "./useConnection";
import { onSessionEnd } from "../session/navigation";
import { useView } from "./view";
import type { Look } from "./ViewPanel";

export function DesktopScreen({ id }: { id: string }) {
  const client = useQueryClient();
  const polling = usePolling();
  const [signedOut, setSignedOut] = useState(false);
  const desktop = useQuery({ ...desktopQuery(client, id), refetchInterval: polling, enabled: !signedOut });
  useEffect(() => onSessionEnd(() => setSignedOut(true)), []);

  if (signedOut) return <main><Ended phase={{ name: "ended", sentence: "You were signed out, so the connection was ended.", next: "sign-in" }} onReconnect={() => undefined} /></main>;
  if (desktop.error instanceof ApiError && desktop.error.status === 404) return <Gone />;
  if (desktop.data) return <Session desktop={desktop.data} />;
  return (
    <main>
      {desktop.isPending ? <Curtain title="Desktop"><Skeleton label="Loading the desktop" /></Curtain> : <LoadFailed what="The desktop" error={desktop.error} onRetry={() => void desktop.refetch()} />}
    </main>
  );
}

function Gone() {
  return (
    <main>
      <Curtain title="This desktop is gone">
        <p>It was deleted, or it is not yours to use.</p>
        <div className="form-actions"><a className={buttonClass("primary")} href="/">My desktops</a></div>
      </Curtain>
    </main>
  );
}

const SignIn = lazy(() => import("./SignIn"));
const ShareDialog = lazy(() => import("./sharing/ShareDialog"));
const Presence = lazy(() => import("./sharing/Presence"));
const WatchRequests = lazy(() => import("./sharing/WatchRequests"));

/** The screen and everything around it: of one's own desktop, of one that an administrator may see, or (`guest`) of one that is shared by a link. */
export function Session({ desktop, guest, children }: { desktop: Desktop; guest?: Guest; children?: ReactNode }) {
  const me = useQuery(meQuery).data;
  const own = me?.id === desktop.owner.id;
  const [asking, setAsking] = useState<string | null>(null);
  // Neither in the toolbar, which folds itself away, nor bound to the connection, which may break while a link is on show.
  const [shared, setShared] = useState<SessionPolicy["sharing"] | null>(null);
  const target = useRef<HTMLDivElement>(null);
  const engine = useEngine(desktop.id);
  const { phase, reconnect } = useConnection(desktop.id, desktop.connectable, target, engine, { grant: guest?.grant, asking: setAsking });
  const link = phase.name === "connected" ? phase.link : null;
  // Somebody else's screen has its owner's size.
  const view = useView(link, own);
  const quality = useQuality(link);
  const look: Look = { ...view, quality: quality.choice, setQuality, engine };
  const [statistics, setStatistics] = useState(false);
  const remoteText = useConnectedSession(link);
  const status = statusText(phase, desktop);

  useEffect(() => {
    document.title = `${desktop.name} · ${status}`;
  }, [desktop.name, status]);

  function setQuality(choice: QualityChoice) {
    quality.choose(choice);
    if (link && !link.quality.live) reconnect();
  }
  return (
    <main className="session">
      <div ref={target} className="screen" data-testid="screen" aria-label={`Screen of ${desktop.name}`} role="application" />
      {link && statistics ? <StatisticsPanel link={link} /> : null}
      {link ? <DropZone link={link} target={target} /> : null}
      {link ? <TransferList link={link} /> : null}
      {link?.session.watermark ? <WatermarkLayer desktop={desktop.id} screen={target} /> : null}
      {link?.session.maximumSessionMinutes ? <SessionLimit minutes={link.session.maximumSessionMinutes} /> : null}
      {guest ? children : <IdleNotice desktop={desktop} />}
      {link && me ? <Suspense fallback={null}><Presence desktop={desktop.id} me={me.userName} isOwner={own} /></Suspense> : null}
      {own && desktop.connectable ? <Suspense fallback={null}><WatchRequests desktop={desktop.id} /></Suspense> : null}
      {asking ? <Asking sentence={asking} name={desktop.name} /> : <Overlay phase={phase} desktop={desktop} isGuest={guest !== undefined} onReconnect={reconnect} />}
      <Toolbar id={desktop.id} name={desktop.name} status={status} link={link} look={look} remoteText={remoteText} statistics={statistics} onStatistics={setStatistics} tools={link && own ? <Tool icon="user" label="Share" onPress={() => setShared(link.session.sharing)} /> : null} />
      {shared && own ? <Suspense fallback={null}><ShareDialog desktop={desktop.id} name={desktop.name} most={shared} onClose={() => setShared(null)} /></Suspense> : null}
      {link ? <RecordingSign session={link.session} /> : null}
    </main>
  );
}

export interface Guest {
  grant: (engine: Engine | null) => Promise<Grant>;
}

function Asking({ sentence, name }: { sentence: string; name: string }) {
  return (
    <Curtain title={name}>
      <p role="status">{sentence}</p>
      <p className="muted">They have a minute to answer. The screen opens here by itself when they allow it.</p>
      <div className="form-actions"><a className={buttonClass("quiet")} href="/">My desktops</a></div>
    </Curtain>
  );
}

interface OverlayProps {
  phase: ConnectionPhase;
  desktop: Desktop;
  isGuest: boolean;
  onReconnect: () => void;
}

function Overlay({ phase, desktop, isGuest, onReconnect }: OverlayProps) {
  if (phase.name === "connected") return null;
  // A stop ends every share: for a guest there is nothing to wait for.
  if (phase.name === "ended" && (isGuest || phase.next !== "when-running")) return <Ended phase={phase} onReconnect={onReconnect} />;
  if (!desktop.connectable || phase.name === "ended") return <NotRunning desktop={desktop} />;
  if (phase.name === "asked") return <Suspense fallback={null}><SignIn name={desktop.name} question={phase.question} /></Suspense>;
  if (phase.name === "waiting") return <Waiting phase={phase} onReconnect={onReconnect} />;
  return <Curtain title={desktop.name}><p>Connecting to the screen…</p></Curtain>;
}

export function statusText(phase: ConnectionPhase, desktop: Desktop): string {
  switch (phase.name) {
    case "connected":
      return "Connected";
    case "asked":
      return "Signing in";
    case "waiting":
      return phase.title ?? "Connection lost";
    case "ended":
      return phase.next === "when-running" ? statusWords[desktop.status].label : "Not connected";
    default:
      return desktop.connectable ? "Connecting" : statusWords[desktop.status].label;
  }
}

/** Focus and clipboards of a live connection; returns the last text that the desktop copied. */
function useConnectedSession(link: ScreenLink | null): string {
  const [remoteText, setRemoteText] = useState("");
  useEffect(() => {
    if (!link) return;
    link.focus();
    return syncClipboard(link, setRemoteText);
  }, [link]);
  return remoteText;
}
