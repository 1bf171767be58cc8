import { lazy } from "react";
import type { SettingsSection } from "./types";

/** The sections in the order of the list. Each owner adds one entry: `Form: lazy(() => import("./MailSettings"))`. */
export const sections: SettingsSection[] = [
  { name: "sign-in", title: "Sign-in", summary: "Whether local passwords sign in, and of whom a second factor is asked.", icon: "user", Form: lazy(() => import("./SignInSettings")) },
  { name: "mail", title: "Mail server", summary: "Where the product's mails go, and a way to try it.", icon: "server", Form: lazy(() => import("./MailSettings")) },
  { name: "registration", title: "Registration", summary: "Who may make an account for themselves, and who decides.", icon: "user", Form: lazy(() => import("./RegistrationSettings")) },
  {
    name: "providers", title: "Providers", summary: "Who else may say who somebody is: OpenID Connect, GitHub, Facebook.", icon: "user",
    Form: lazy(() => import("./ProvidersSettings")),
  },
  { name: "audit", title: "Audit trail", summary: "Where the audit trail is sent to as it grows: syslog, OpenTelemetry.", icon: "server", Form: lazy(() => import("./AuditSettings")) },
  {
    name: "directories", title: "Directories", summary: "LDAP and Active Directory: who else may sign in with a password, and with which groups.", icon: "server",
    Form: lazy(() => import("./DirectoriesSettings")), Badge: lazy(() => import("./DirectoriesBadge")),
  },
  { name: "session-policies", title: "Session policies", summary: "What groups may do less in their desktops: clipboard, files, sharing, recording, times.", icon: "lock", Form: lazy(() => import("./SessionPoliciesSettings")) },
  {
    name: "notifications", title: "Notifications", summary: "Which other systems are told of what happens, and whether it arrives.", icon: "retry",
    Form: lazy(() => import("./NotificationsSettings")), Badge: lazy(() => import("./FailingWebhooks")),
  },
];

export const sectionNamed = (name: string) => sections.find((section) => section.name === name);
