import type { ReactNode } from "react";
import type { Desktop } from "../api/types";
import { messageOf } from "../api/problem";
import { allowed, useDesktopActions } from "../desktops/actions";
import { FailureNote } from "../desktops/FailureNote";
import { StatusBadge } from "../desktops/StatusBadge";
import { isActive } from "../desktops/words";
import { ProgressLine, useOperation } from "../operations/ProgressLine";
import { Button, buttonClass } from "../ui/Button";
import { ErrorNote } from "../ui/Notes";
import { useNow } from "../ui/time";
import type { ConnectionPhase } from "./useConnection";

export function Curtain({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="curtain">
      <div className="panel">
        <h1>{title}</h1>
        {children}
      </div>
    </div>
  );
}

/** The desktop has no screen now: what is going on, and the button that changes it. */
export function NotRunning({ desktop }: { desktop: Desktop }) {
  const actions = useDesktopActions(desktop);
  const operation = useOperation(desktop.activeOperation).data;
  const may = allowed(desktop);
  const failed = desktop.failure && !desktop.activeOperation ? desktop.failure : null;
  const error = actions.change.error ?? actions.retry.error;
  return (
    <Curtain title={desktop.name}>
      <p><StatusBadge status={desktop.status} /></p>
      {operation && isActive(operation) ? <ProgressLine operation={operation} /> : null}
      {failed ? <FailureNote failure={failed} /> : null}
      {error ? <ErrorNote>{messageOf(error)}</ErrorNote> : null}
      {desktop.activeOperation ? <p className="muted">The screen opens here by itself as soon as it is ready.</p> : null}
      <div className="form-actions">
        {may.start ? <Button variant="primary" isPending={actions.change.isPending} onPress={() => actions.change.mutate({ state: "running" })}>Start</Button> : null}
        {failed ? <Button variant="primary" isPending={actions.retry.isPending} onPress={() => actions.retry.mutate(failed.operation)}>Retry</Button> : null}
        <a className={buttonClass()} href={`/desktops/${desktop.id}`}>Details</a>
        <a className={buttonClass("quiet")} href="/">My desktops</a>
      </div>
    </Curtain>
  );
}

/** A break: why, when it is tried again, and a way not to wait. */
export function Waiting({ phase, onReconnect }: { phase: Extract<ConnectionPhase, { name: "waiting" }>; onReconnect: () => void }) {
  const now = useNow(250);
  const seconds = Math.max(0, Math.ceil((phase.until - now) / 1000));
  return (
    <Curtain title={phase.title ?? "Connection lost"}>
      <p>{phase.sentence}</p>
      <p className="muted">{seconds > 0 ? `Connecting again in ${seconds} s` : "Connecting again…"}{phase.attempt > 1 ? ` (attempt ${phase.attempt})` : ""}.{phase.title ? "" : " Programs on the desktop keep running."}</p>
      <div className="form-actions">
        <Button variant="primary" onPress={onReconnect} autoFocus>Reconnect now</Button>
        <a className={buttonClass("quiet")} href="/">My desktops</a>
      </div>
    </Curtain>
  );
}

export function Ended({ phase, onReconnect }: { phase: Extract<ConnectionPhase, { name: "ended" }>; onReconnect: () => void }) {
  const here = window.location.pathname;
  return (
    <Curtain title={phase.next === "sign-in" ? "Signed out" : "Not connected"}>
      <p>{phase.sentence}</p>
      <div className="form-actions">
        {phase.next === "sign-in" ? <a className={buttonClass("primary")} href={`/sign-in?return=${encodeURIComponent(here)}`}>Sign in again</a> : null}
        {phase.next === "ask" ? <Button variant="primary" onPress={onReconnect}>Connect again</Button> : null}
        {phase.next === "sign-in" ? null : <a className={buttonClass("quiet")} href="/">My desktops</a>}
      </div>
    </Curtain>
  );
}
