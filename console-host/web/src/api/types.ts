/** The shapes of `/api/v1`, as the API's document describes them. */

export type DesktopStatus =
  | "pending" | "provisioning" | "running" | "stopping" | "stopped" | "starting" | "updating" | "deleting" | "failed";
export type OperationKind = "create" | "start" | "stop" | "update" | "delete" | "repair";
export type OperationState = "queued" | "running" | "succeeded" | "failed" | "cancelled";
export type Scalar = string | number | boolean;
export type Parameters = Record<string, Scalar>;

export interface Page<T> {
  items: T[];
  cursor?: string | null;
}

export interface Diagnostic {
  severity: string;
  summary: string;
  detail: string;
  address?: string | null;
  file?: string | null;
  line?: number | null;
}

export interface Failure {
  kind: string;
  message: string;
  fix: string;
  diagnostics: Diagnostic[];
  operation: string;
  at: string;
}

/** What the cloud says of a desktop's machine, whatever it was asked to be. */
export interface ObservedMachine {
  state: "running" | "stopped" | "missing" | "changed" | "unknown";
  since: string;
  detail?: string | null;
}

export interface Desktop {
  id: string;
  name: string;
  owner: { id: string; userName: string };
  template: { name: string; title: string; version: string; outdated: boolean };
  parameters: Parameters;
  status: DesktopStatus;
  power: "on" | "off";
  activeOperation?: string | null;
  failure?: Failure | null;
  connectable: boolean;
  /** Only for a desktop with a machine in a cloud. */
  observed?: ObservedMachine | null;
  details: { label: string; value: string }[];
  createdAt: string;
  updatedAt: string;
  lastConnectedAt?: string | null;
  lastInputAt?: string | null;
  /** Of a running desktop; not in events. */
  idleSince?: string | null;
  version: number;
}

/** How a running desktop stands with its idle time; without a limit of its template it is never stopped. */
export interface DesktopIdle {
  since: string;
  stopAfterMinutes?: number | null;
  stopsAt?: string | null;
  /** By the server's clock, which the browser's need not share. */
  remainingSeconds?: number | null;
  warningSeconds?: number | null;
  keptAwakeUntil?: string | null;
}

export interface ResourceProgress {
  address: string;
  action: string;
  state: "planned" | "running" | "done" | "failed";
  elapsedSeconds: number;
}

export interface TimelineStep {
  name: string;
  startedAt: string;
  finishedAt?: string | null;
}

export interface Operation {
  id: string;
  desktop: string;
  desktopName: string;
  owner: string;
  template: string;
  kind: OperationKind;
  state: OperationState;
  attempt: number;
  requestedBy: string;
  queuedAt: string;
  startedAt?: string | null;
  finishedAt?: string | null;
  nextAttemptAt?: string | null;
  cancelRequested: boolean;
  progress: { message: string; total: number; done: number; resources: ResourceProgress[]; timeline: TimelineStep[] };
  failure?: Failure | null;
  logLength: number;
}

export interface LogLine {
  sequence: number;
  at: string;
  level: "info" | "warn" | "error";
  text: string;
}

export interface TemplateParameter {
  name: string;
  type: "string" | "number" | "boolean";
  title: string;
  description?: string | null;
  options?: Scalar[] | null;
  default?: Scalar | null;
  minimum?: number | null;
  maximum?: number | null;
  maximumLength?: number | null;
  pattern?: string | null;
  mutable: boolean;
  hourlyCost?: Record<string, number> | null;
}

export interface SessionPolicy {
  clipboard: "both" | "in" | "out" | "off";
  files: "both" | "upload" | "download" | "off";
  uploadMaximumMegabytes?: number | null;
  downloadMaximumMegabytes?: number | null;
  sharing: "control" | "view" | "off";
  recording: "off" | "screen" | "keys";
  recordingRetentionDays?: number | null;
  watermark: boolean;
  adminWatch: "consent" | "tell" | "off";
  idleStopMinutes?: number | null;
  maximumSessionMinutes?: number | null;
}

export interface Template {
  name: string;
  version: string;
  title: string;
  description: string;
  icon: string;
  protocol: string;
  parameters: TemplateParameter[];
  session: SessionPolicy;
  quota: { used: number; limit: number };
  /** Why no desktop can be made of it here, with the fix. */
  unavailable?: string | null;
}

export interface TemplateList {
  items: Template[];
  broken?: { name: string; problems: string[] }[] | null;
}

export interface Me {
  id: string;
  userName: string;
  displayName?: string | null;
  roles: string[];
  groups: string[];
  /** What the roles allow. */
  permissions: string[];
  mustChangePassword: boolean;
  /** False for who signs in with a provider or a directory alone. */
  hasPassword: boolean;
  session?: { id: string; expiresAt: string } | null;
  quota: { template: string; used: number; limit: number }[];
  version: string;
}

export interface Account {
  id: string;
  userName: string;
  displayName?: string | null;
  email?: string | null;
  roles: string[];
  groups: string[];
  disabled: boolean;
  mustChangePassword: boolean;
  createdAt: string;
  lastSignInAt?: string | null;
  lockedUntil?: string | null;
  secondFactor: boolean;
  kind: "person" | "service";
  purpose?: string | null;
  version: number;
}

export interface Permission {
  name: string;
  description: string;
  roles: string[];
}

export interface Group {
  name: string;
  description?: string | null;
  roles: string[];
  version: number;
}

export interface Role {
  name: string;
  description?: string | null;
  permissions: string[];
  entitlements: string[];
  builtIn: boolean;
  version: number;
}

export interface Entitlement {
  id: string;
  description?: string | null;
  /** A template's name, or `*`. */
  template: string;
  maximum?: number | null;
  version: number;
}

export interface Reason {
  role: string;
  group?: string | null;
}

export interface AccessOfPerson {
  userName: string;
  disabled: boolean;
  roles: string[];
  groups: string[];
  permissions: { permission: string; because: Reason[] }[];
  entitlements: { entitlement: string; template: string; maximum?: number | null; because: Reason[] }[];
}

export interface WayToTemplate {
  entitlement: string;
  maximum?: number | null;
  roles: { role: string; groups: string[] }[];
}

export interface AccountAnswer {
  account: Account;
  generatedPassword?: string | null;
}

export interface SessionInfo {
  id: string;
  createdAt: string;
  lastRefreshAt: string;
  expiresAt: string;
  address?: string | null;
  userAgent?: string | null;
  current: boolean;
}

export interface Plan {
  changes: { address: string; actions: string[]; replacedBecauseOf: string[]; losesData: boolean }[];
  /** Something is replaced or removed: the session restarts. */
  destroys: boolean;
  /** Something that holds files is replaced or removed: it has to be confirmed. */
  losesData: boolean;
}

export interface AcceptedChange {
  desktop: Desktop;
  operation?: Operation | null;
}

export interface Connection {
  id: string;
  url: string;
  expiresAt: string;
  session: SessionPolicy;
  /** Absent from a server that knows only one. */
  engine?: "rfb" | "guacamole";
  /** All that this desktop can be shown with. */
  engines?: ("rfb" | "guacamole")[];
  access?: "control" | "view";
}

/** Something in the cloud account that no desktop knows. */
export interface Orphan {
  id: string;
  kind: "service" | "taskDefinition" | "instance" | "volume" | "parameter" | "state";
  desktop: string;
  createdAt: string;
  detail: string;
}

export interface OrphanRemoval {
  id: string;
  removed: boolean;
  problem?: string | null;
}
