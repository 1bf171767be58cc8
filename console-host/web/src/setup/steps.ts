import type { StepName, StepState } from "./setupApi";

export interface Step {
  name: StepName;
  title: string;
  why: string;
  /** The section of the settings that the step is about. */
  section?: string;
}

export const steps: Step[] = [
  { name: "admin", title: "Your own administrator account", why: "A password that only you know, and an address that mails reach." },
  { name: "provider", title: "Sign-in with your identity provider", why: "People sign in with the account they have: Keycloak, Entra ID, Google, Okta and others.", section: "providers" },
  { name: "directory", title: "Sign-in with your directory", why: "People sign in with their password of Active Directory or LDAP.", section: "directories" },
  { name: "mail", title: "Mail", why: "For notifications, registrations and forgotten passwords.", section: "mail" },
  { name: "entitlement", title: "Who may have which desktops", why: "As delivered, everybody with an account may use every template." },
  { name: "desktop", title: "Try it: your first desktop", why: "The whole way once, from the template to the screen in the browser." },
];

export const stateWords: Record<StepState, string> = { open: "To do", done: "Done", skipped: "Skipped" };
