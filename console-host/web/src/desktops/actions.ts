import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type DesktopChange } from "../api/client";
import { applyDesktop, applyOperation } from "../live/reducer";
import type { AcceptedChange, Desktop } from "../api/types";

/** Changes of a desktop; the answer goes into the caches at once, events bring the rest. */
export function useDesktopActions(desktop: Pick<Desktop, "id">) {
  const client = useQueryClient();
  const accept = (accepted: AcceptedChange) => {
    if (accepted.operation) applyOperation(client, accepted.operation);
    applyDesktop(client, accepted.desktop);
  };
  const change = useMutation({ mutationFn: (body: DesktopChange) => api.changeDesktop(desktop.id, body), onSuccess: accept });
  const restart = useMutation({ mutationFn: () => api.restartDesktop(desktop.id), onSuccess: accept });
  const remove = useMutation({ mutationFn: () => api.deleteDesktop(desktop.id), onSuccess: accept });
  const retry = useMutation({ mutationFn: (operation: string) => api.retryOperation(operation), onSuccess: accept });
  const cancel = useMutation({
    mutationFn: (operation: string) => api.cancelOperation(operation),
    onSuccess: (operation) => applyOperation(client, operation),
  });
  return { change, restart, remove, retry, cancel };
}

export type DesktopActions = ReturnType<typeof useDesktopActions>;

/** What a person may do in each state; the same answers the server gives. */
export function allowed(desktop: Desktop) {
  const busy = Boolean(desktop.activeOperation);
  return {
    open: desktop.connectable,
    start: !busy && desktop.status === "stopped",
    stop: !busy && desktop.status === "running",
    repair: !busy && desktop.status === "running",
    restart: !busy && desktop.status === "running" && desktop.observed?.state === "running",
    remove: !busy || desktop.status !== "deleting",
    change: !busy && (desktop.status === "running" || desktop.status === "stopped"),
  };
}
