import type { DesktopStatus, OperationState } from "../api/types";
import { Icon } from "../ui/Icon";
import { operationWords, statusWords } from "./words";

export function StatusBadge({ status }: { status: DesktopStatus }) {
  const { label, tone, icon } = statusWords[status];
  return (
    <span className={`badge badge-${tone}`} data-testid="desktop-status" data-status={status}>
      <Icon name={icon} className={icon === "spinner" ? "spinning" : ""} />
      {label}
    </span>
  );
}

export function OperationBadge({ state }: { state: OperationState }) {
  const { label, tone, icon } = operationWords[state];
  return (
    <span className={`badge badge-${tone}`} data-state={state}>
      <Icon name={icon} className={icon === "spinner" ? "spinning" : ""} />
      {label}
    </span>
  );
}
