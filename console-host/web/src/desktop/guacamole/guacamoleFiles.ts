import type GuacamoleNamespace from "guacamole-common-js";
import type { SessionPolicy } from "../../api/types";
import { mayDownload, mayUpload, tooLarge } from "../files/filePolicy";
import type { Entry, FilesOfLink, RemoteFolders } from "../files/filesOfLink";
import { save } from "../files/save";
import { Transfers, type Progress } from "../files/transfers";
import { withheldSentence } from "./statusSentences";
import { collect, collectText, status } from "./streams";
import { sendFile } from "./uploads";

type Library = typeof GuacamoleNamespace;
type Stream = GuacamoleNamespace.InputStream;

/** The desktop proxy's notice that it keeps a stream of the desktop's back, and the word that says why. */
const withheld = 4006;

/** Files over the Guacamole protocol: what the desktop sends by itself, and the folders it announces. */
export function filesOf(Guacamole: Library, client: GuacamoleNamespace.Client, policy: SessionPolicy): FilesOfLink {
  const transfers = new Transfers();
  const listeners = new Set<() => void>();
  let filesystem: GuacamoleNamespace.Object | null = null;
  let folders: RemoteFolders | null = null;
  const incoming = new Map<number, Progress>();
  const changed = () => listeners.forEach((listener) => listener());

  client.onfile = (stream, mimetype, name) => {
    if (mayDownload(policy)) void receive(stream, mimetype, name);
    else stream.sendAck("Downloads are off", status.forbidden);
  };
  client.onmsg = (code, [stream = "", why = ""]) => {
    if (code !== withheld) return;
    const progress = incoming.get(Number(stream));
    if (progress) progress.fail(withheldSentence(why));
    else transfers.refuse("A file of the desktop", "down", withheldSentence(why));
  };
  client.onfilesystem = (object, name) => {
    filesystem = object;
    folders = { name, list: (path) => list(object, path), download };
    object.onundefine = () => {
      filesystem = null;
      folders = null;
      changed();
    };
    changed();
  };

  async function receive(stream: Stream, mimetype: string, name: string) {
    let wanted = true;
    const progress = transfers.begin(name, "down", null, () => (wanted = false));
    incoming.set(stream.index, progress);
    const parts = await collect(stream, (size) => wanted && accepted(size, progress));
    if (incoming.get(stream.index) === progress) incoming.delete(stream.index);
    if (progress.ended) return;
    save(new Blob(parts, { type: mimetype }), name);
    progress.finish();
  }
  function accepted(size: number, progress: Progress): boolean {
    const problem = tooLarge(policy, "down", size);
    if (problem) progress.fail(problem);
    else progress.advance(size);
    return !problem;
  }

  function list(object: GuacamoleNamespace.Object, path: string): Promise<Entry[]> {
    return new Promise((resolve, reject) => {
      object.requestInputStream(path, (stream, mimetype) => {
        if (mimetype !== Guacamole.Object.STREAM_INDEX_MIMETYPE) {
          stream.sendAck("Not a folder", status.closed);
          return reject(new Error("This is not a folder."));
        }
        collectText(stream).then((text) => resolve(entriesOf(text, Guacamole.Object.STREAM_INDEX_MIMETYPE))).catch(reject);
      });
    });
  }
  function download(entry: Entry) {
    filesystem?.requestInputStream(entry.path, (stream, mimetype) => void receive(stream, mimetype, entry.name));
  }

  return {
    transfers,
    folders: () => folders,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    upload(file, folder) {
      const refusal = mayUpload(policy) ? tooLarge(policy, "up", file.size) : "Not allowed.";
      if (refusal) return transfers.refuse(file.name, "up", refusal);
      const type = file.type || "application/octet-stream";
      // From the top it goes where the desktop puts what it is sent. Over SSH that is the person's own folder; nobody may write to the top itself.
      const stream = filesystem && folder !== "/" ? filesystem.createOutputStream(type, join(folder, file.name)) : client.createFileStream(type, file.name);
      let stop: () => void = () => undefined;
      const progress = transfers.begin(file.name, "up", file.size, () => stop());
      stop = sendFile(stream, file, progress);
    },
  };
}

const join = (folder: string, name: string) => `${folder.endsWith("/") ? folder : `${folder}/`}${name}`;

/** A folder's index is an object of path and type; folders first, then by name. */
export function entriesOf(index: string, folderType: string): Entry[] {
  const types = JSON.parse(index) as Record<string, string>;
  const entries = Object.entries(types).map(([path, type]) => ({ path, name: path.split("/").pop() ?? path, folder: type === folderType }));
  return entries.sort((one, other) => Number(other.folder) - Number(one.folder) || one.name.localeCompare(other.name));
}
