import type { SettingsSection } from "./types";

/** The sections in the order of the list. Each owner adds one entry: `Form: lazy(() => import("./MailSettings"))`. */
export const sections: SettingsSection[] = [];

export const sectionNamed = (name: string) => sections.find((section) => section.name === name);
