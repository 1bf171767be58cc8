/** What the desktop plays. */
export interface Sound {
  /** Whether the desktop has sent any sound yet. */
  readonly playing: boolean;
  readonly muted: boolean;
  mute(muted: boolean): void;
  subscribe(listener: () => void): () => void;
}
