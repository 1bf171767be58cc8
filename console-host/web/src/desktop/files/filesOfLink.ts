import type { Transfers } from "./transfers";

export interface Entry {
  name: string;
  path: string;
  folder: boolean;
}

/** The desktop's own folders, where its engine announces them. */
export interface RemoteFolders {
  readonly name: string;
  list(path: string): Promise<Entry[]>;
  download(entry: Entry): void;
}

/** Files to and from the desktop, as far as the engine goes. The policy is the panel's and the proxy's business. */
export interface FilesOfLink {
  readonly transfers: Transfers;
  upload(file: File, folder: string): void;
  /** Null until the desktop has announced its folders. */
  folders(): RemoteFolders | null;
  subscribe(listener: () => void): () => void;
}
