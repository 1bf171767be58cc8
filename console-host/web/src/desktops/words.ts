import type { DesktopStatus, Operation, OperationKind, OperationState } from "../api/types";

export type Tone = "good" | "busy" | "idle" | "bad";

interface Words {
  label: string;
  tone: Tone;
  icon: string;
}

/** Each state in a word; the colour and the icon only repeat it. */
export const statusWords: Record<DesktopStatus, Words> = {
  pending: { label: "Waiting to be built", tone: "busy", icon: "clock" },
  provisioning: { label: "Being built", tone: "busy", icon: "spinner" },
  running: { label: "Running", tone: "good", icon: "check" },
  stopping: { label: "Stopping", tone: "busy", icon: "spinner" },
  stopped: { label: "Stopped", tone: "idle", icon: "stop" },
  starting: { label: "Starting", tone: "busy", icon: "spinner" },
  updating: { label: "Updating", tone: "busy", icon: "spinner" },
  deleting: { label: "Being deleted", tone: "busy", icon: "spinner" },
  failed: { label: "Failed", tone: "bad", icon: "alert" },
};

export const operationWords: Record<OperationState, Words> = {
  queued: { label: "Waiting", tone: "busy", icon: "clock" },
  running: { label: "Under way", tone: "busy", icon: "spinner" },
  succeeded: { label: "Done", tone: "good", icon: "check" },
  failed: { label: "Failed", tone: "bad", icon: "alert" },
  cancelled: { label: "Cancelled", tone: "idle", icon: "cross" },
};

export const kindWords: Record<OperationKind, string> = {
  create: "Create", start: "Start", stop: "Stop", update: "Update", delete: "Delete", repair: "Repair",
};

const steps: Record<string, string> = {
  earlier: "Earlier attempts",
  queue: "Waiting for a worker",
  power: "Switching the machine",
  workspace: "Preparing the workspace",
  init: "Preparing Terraform",
  plan: "Comparing with what exists",
  apply: "Building",
  destroy: "Removing",
  proxy: "Waiting for its proxy",
  boot: "Starting the machine up",
  readiness: "Waiting for the screen",
  route: "Opening the way to it",
};

export function stepWords(name: string): string {
  return steps[name] ?? name;
}

export function isActive(operation: Pick<Operation, "state">): boolean {
  return operation.state === "queued" || operation.state === "running";
}

const failureKinds: Record<string, string> = {
  template: "The template has a mistake",
  parameter: "A parameter was not accepted",
  capacity: "There is no room at the moment",
  quota: "A quota is used up",
  credentials: "The platform's credentials were refused",
  throttled: "The cloud asked to slow down",
  network: "The network failed",
  timeout: "It took too long",
  cancelled: "It was cancelled",
  locked: "Something else holds the state",
  internal: "Something went wrong inside",
};

export function failureTitle(kind: string): string {
  return failureKinds[kind] ?? "It did not work";
}
