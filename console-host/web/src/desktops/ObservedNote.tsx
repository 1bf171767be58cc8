import type { ReactNode } from "react";
import type { Desktop } from "../api/types";
import { Icon } from "../ui/Icon";
import { Time } from "../ui/Time";

/** Something happened to the machine that nobody here asked for. */
export function outsideChange(desktop: Desktop) {
  const observed = desktop.observed;
  return observed?.detail && !desktop.activeOperation && !desktop.failure ? { text: observed.detail, since: observed.since } : null;
}

/** What happened, and how to put it right. */
export function ObservedNote({ desktop, children }: { desktop: Desktop; children?: ReactNode }) {
  const change = outsideChange(desktop);
  if (!change) return null;
  return (
    <div className="note note-error" data-testid="observed">
      <Icon name="alert" />
      <div>
        <p><strong>{change.text}</strong> <span className="muted">Seen <Time at={change.since} />.</span></p>
        {desktop.status === "running" ? <p>Repair brings the desktop back: its machine is started, or built again where it is gone.</p> : null}
        {desktop.status === "stopped" ? <p>It costs money while it runs. Start the desktop and stop it again to put this right.</p> : null}
        {children}
      </div>
    </div>
  );
}
