import type { ReactNode } from "react";
import { messageOf } from "../api/problem";
import { Button } from "./Button";
import { Icon } from "./Icon";

export function ErrorNote({ children }: { children: ReactNode }) {
  return (
    <div className="note note-error" role="alert">
      <Icon name="alert" />
      <div>{children}</div>
    </div>
  );
}

export function InfoNote({ children }: { children: ReactNode }) {
  return (
    <div className="note note-info">
      <Icon name="info" />
      <div>{children}</div>
    </div>
  );
}

/** A page or panel whose data did not come. */
export function LoadFailed({ what, error, onRetry }: { what: string; error: unknown; onRetry: () => void }) {
  return (
    <div className="placeholder" role="alert">
      <Icon name="alert" />
      <h2>{what} could not be loaded</h2>
      <p>{messageOf(error)}</p>
      <Button onPress={onRetry}>Try again</Button>
    </div>
  );
}

export function Skeleton({ lines = 3, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="skeleton-line" aria-hidden="true" />
      ))}
    </div>
  );
}
