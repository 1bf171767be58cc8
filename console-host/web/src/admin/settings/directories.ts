import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/http";
import type { Secret } from "./types";

export interface Directory {
  name: string;
  title?: string | null;
  enabled: boolean;
  kind: "openLdap" | "activeDirectory";
  url: string;
  startTls: boolean;
  allowUnencrypted: boolean;
  caCertificates?: string | null;
  bindDn?: string | null;
  bindPassword?: Secret;
  baseDn: string;
  userFilter?: string | null;
  userNameAttribute?: string | null;
  displayNameAttribute?: string | null;
  emailAttribute?: string | null;
  idAttribute?: string | null;
  groups: "memberOf" | "search" | "none";
  groupBaseDn?: string | null;
  groupFilter?: string | null;
  groupNameAttribute?: string | null;
  nestedGroups: boolean;
  defaultRoles: string[];
  timeoutSeconds: number;
  createIn?: string | null;
  createInGroups: string[];
}

export interface DirectoriesSection { directories: Directory[] }

/** How a directory has answered the replica that was asked. */
export interface DirectoryState {
  name: string;
  lastAnswerAt?: string;
  fault?: string;
  faultAt?: string;
  message?: string;
}

export interface DirectoryTestResult {
  succeeded: boolean;
  steps: { name: string; succeeded: boolean; detail: string }[];
  warnings: string[];
  person?: { dn: string; userName: string; groups: string[] };
}

export const directoryKeys = { health: ["directories", "health"] as const };

export const directoryHealthQuery = queryOptions({
  queryKey: directoryKeys.health,
  queryFn: async ({ signal }) => (await call<{ items: DirectoryState[] }>("/api/v1/directories/health", { signal })).items,
});

export const testDirectory = (directory: Directory, userName: string) =>
  call<DirectoryTestResult>("/api/v1/directories/test", { method: "POST", body: { directory, userName: userName.trim() || null } });

export const blankDirectory = (): Directory => ({
  name: "", enabled: true, kind: "openLdap", url: "ldaps://", startTls: false, allowUnencrypted: false, baseDn: "", groups: "memberOf", nestedGroups: false, defaultRoles: ["user"], timeoutSeconds: 5, createInGroups: [],
});
