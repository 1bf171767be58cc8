import { call, callAuth } from "./http";
import { renewal } from "../session/renewal";
import type {
  AcceptedChange, AccessOfPerson, Account, AccountAnswer, Connection, Desktop, DesktopIdle, Entitlement, Group, Me, Operation, OperationKind, OperationState, Orphan, OrphanRemoval, Page, Parameters, Permission, Plan, Role, SessionInfo, Template, TemplateList,
  WayToTemplate,
} from "./types";

const v1 = "/api/v1";
const id = encodeURIComponent;

function query(values: Record<string, string | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) parameters.set(name, value);
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

/** Changes nothing that somebody else has changed since it was read; 0 is for what must not exist yet. */
const ifMatch = (version: number) => ({ "if-match": `"${version}"` });

/** Every page of a list of rules: there are as many as people wrote, and a form needs all of them to choose from. */
async function everything<T>(list: string, signal?: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await call<Page<T>>(`${v1}/${list}${query({ limit: "200", cursor })}`, { signal });
    items.push(...page.items);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

export interface DesktopFilter {
  owner?: string;
  status?: string;
  template?: string;
  q?: string;
  createdBefore?: string;
  unusedSince?: string;
}

export interface OperationFilter {
  desktop?: string;
  state?: OperationState;
  kind?: OperationKind;
  template?: string;
  owner?: string;
}

export interface DesktopChange {
  state?: "running" | "stopped";
  name?: string;
  parameters?: Parameters;
  version?: string;
  confirmReplacement?: boolean;
}

export interface AccountChange {
  displayName?: string;
  email?: string;
  roles?: string[];
  groups?: string[];
  disabled?: boolean;
  resetPassword?: boolean;
}

export interface NewAccount {
  userName: string;
  displayName?: string;
  email?: string;
  roles: string[];
  kind?: "person" | "service";
  purpose?: string;
}

export const api = {
  async signIn(userName: string, password: string): Promise<Pick<Me, "mustChangePassword">> {
    const response = await callAuth("/auth/sign-in", { userName, password });
    const body = (await response.json()) as { account: Pick<Me, "mustChangePassword">; sessionExpiresAt: string };
    renewal.remember(body.sessionExpiresAt, response.headers.get("date"));
    return body.account;
  },
  /** Where to go next: the sign-in page, or the provider's own sign-out. */
  async signOut(): Promise<string> {
    const response = await callAuth("/auth/sign-out");
    renewal.forget();
    return response.status === 204 ? "/sign-in" : ((await response.json()) as { continueAt: string }).continueAt;
  },
  me: (signal?: AbortSignal) => call<Me>(`${v1}/me`, { signal }),
  changePassword: (currentPassword: string, newPassword: string) =>
    call<undefined>(`${v1}/me/password`, { method: "POST", body: { currentPassword, newPassword } }),

  templates: (signal?: AbortSignal) => call<TemplateList>(`${v1}/templates`, { signal }),
  allTemplates: (signal?: AbortSignal) => call<TemplateList>(`${v1}/templates?all=true`, { signal }),
  template: (name: string, signal?: AbortSignal) => call<Template>(`${v1}/templates/${id(name)}`, { signal }),
  reloadTemplates: () => call<undefined>(`${v1}/templates/reload`, { method: "POST" }),

  desktops: (filter: DesktopFilter, cursor?: string, signal?: AbortSignal) =>
    call<Page<Desktop>>(`${v1}/desktops${query({ ...filter, limit: "50", cursor })}`, { signal }),
  desktop: (desktop: string, signal?: AbortSignal) => call<Desktop>(`${v1}/desktops/${id(desktop)}`, { signal }),
  createDesktop: (template: string, name: string, parameters: Parameters, idempotencyKey: string) =>
    call<AcceptedChange>(`${v1}/desktops`, {
      method: "POST", body: { template, name, parameters }, headers: { "idempotency-key": idempotencyKey },
    }),
  changeDesktop: (desktop: string, change: DesktopChange) =>
    call<AcceptedChange>(`${v1}/desktops/${id(desktop)}`, { method: "PATCH", body: change }),
  planDesktop: (desktop: string, change: DesktopChange) =>
    call<Plan>(`${v1}/desktops/${id(desktop)}/plan`, { method: "POST", body: change }),
  deleteDesktop: (desktop: string) => call<AcceptedChange>(`${v1}/desktops/${id(desktop)}`, { method: "DELETE" }),
  restartDesktop: (desktop: string) => call<AcceptedChange>(`${v1}/desktops/${id(desktop)}/restart`, { method: "POST" }),
  idle: (desktop: string, signal?: AbortSignal) => call<DesktopIdle>(`${v1}/desktops/${id(desktop)}/idle`, { signal }),
  keepAwake: (desktop: string, keepAwakeUntil: string | null) => call<DesktopIdle>(`${v1}/desktops/${id(desktop)}/idle`, { method: "PUT", body: { keepAwakeUntil } }),
  connect: (desktop: string, engine: Connection["engine"] | null = null) => call<Connection>(`${v1}/desktops/${id(desktop)}/connections`, { method: "POST", body: engine ? { engine } : undefined }),

  operations: (filter: OperationFilter, cursor?: string, signal?: AbortSignal) =>
    call<Page<Operation>>(`${v1}/operations${query({ ...filter, limit: "50", cursor })}`, { signal }),
  operation: (operation: string, signal?: AbortSignal) => call<Operation>(`${v1}/operations/${id(operation)}`, { signal }),
  cancelOperation: (operation: string) => call<Operation>(`${v1}/operations/${id(operation)}/cancel`, { method: "POST" }),
  retryOperation: (operation: string) => call<AcceptedChange>(`${v1}/operations/${id(operation)}/retry`, { method: "POST" }),
  logUrl: (operation: string) => `${v1}/operations/${id(operation)}/log`,

  orphans: (signal?: AbortSignal) => call<Page<Orphan>>(`${v1}/orphans`, { signal }),
  removeOrphans: (ids: string[]) => call<Page<OrphanRemoval>>(`${v1}/orphans`, { method: "POST", body: { ids, confirm: ids.length } }),

  sessions: (signal?: AbortSignal) => call<Page<SessionInfo>>(`${v1}/sessions`, { signal }),
  endSession: (session: string) => call<undefined>(`${v1}/sessions/${id(session)}`, { method: "DELETE" }),

  accounts: (cursor?: string, signal?: AbortSignal) => call<Page<Account>>(`${v1}/accounts${query({ cursor })}`, { signal }),
  createAccount: (account: NewAccount) =>
    call<AccountAnswer>(`${v1}/accounts`, { method: "POST", body: account }),
  permissions: (signal?: AbortSignal) => call<Page<Permission>>(`${v1}/permissions`, { signal }),
  groups: (signal?: AbortSignal) => everything<Group>("groups", signal),
  roles: (signal?: AbortSignal) => everything<Role>("roles", signal),
  entitlements: (signal?: AbortSignal) => everything<Entitlement>("entitlements", signal),
  putGroup: ({ version, ...body }: Group) => call<Group>(`${v1}/groups`, { method: "PUT", body, headers: ifMatch(version) }),
  putRole: ({ name, version, description, permissions, entitlements }: Omit<Role, "builtIn">) =>
    call<Role>(`${v1}/roles/${id(name)}`, { method: "PUT", body: { description, permissions, entitlements }, headers: ifMatch(version) }),
  putEntitlement: ({ id: entitlement, version, ...body }: Entitlement) =>
    call<Entitlement>(`${v1}/entitlements/${id(entitlement)}`, { method: "PUT", body, headers: ifMatch(version) }),
  deleteGroup: (name: string) => call<undefined>(`${v1}/groups${query({ name })}`, { method: "DELETE" }),
  deleteRole: (name: string) => call<undefined>(`${v1}/roles/${id(name)}`, { method: "DELETE" }),
  deleteEntitlement: (entitlement: string) => call<undefined>(`${v1}/entitlements/${id(entitlement)}`, { method: "DELETE" }),
  accessOf: (account: string, signal?: AbortSignal) => call<AccessOfPerson>(`${v1}/access/accounts/${id(account)}`, { signal }),
  waysTo: (template: string, signal?: AbortSignal) => call<Page<WayToTemplate>>(`${v1}/access/templates/${id(template)}`, { signal }),

  changeAccount: (account: string, change: AccountChange) =>
    call<AccountAnswer>(`${v1}/accounts/${id(account)}`, { method: "PATCH", body: change }),
};
