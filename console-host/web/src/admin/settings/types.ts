import type { ComponentType, LazyExoticComponent } from "react";

/** A secret as a form holds it: `{set: true}` is one that the server keeps to itself, text is a new one, null is none. */
export type Secret = string | { set: boolean } | null | undefined;

/** What `GET` and `PUT /api/v1/settings/{section}` answer. */
export interface SectionView<T> {
  value: T;
  version: number;
  /** Set by the operator in the configuration of the installation, and not to be changed here. */
  fixed: boolean;
}

/** One line of `GET /api/v1/settings`. */
export interface SectionState {
  name: string;
  version: number;
  fixed: boolean;
  problems?: { field: string; message: string }[] | null;
}

/** Every section's form takes these, so that the settings page and the set-up wizard can both show it. */
export interface SectionFormProps {
  /** After the server has taken the settings. */
  onSaved?: () => void;
}

export interface SettingsSection {
  name: string;
  title: string;
  /** One sentence for the list: what an administrator decides here. */
  summary: string;
  icon: string;
  Form: LazyExoticComponent<ComponentType<SectionFormProps>>;
  /** On the card in the list, for what needs attention. */
  Badge?: LazyExoticComponent<ComponentType>;
}
