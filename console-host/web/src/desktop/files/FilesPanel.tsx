import { useRef, useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { messageOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { engines, type EngineChoice } from "../engines";
import type { ScreenLink } from "../screenLink";
import { PanelBox } from "../Toolbar";
import { filesSentence, mayDownload, uploadRefusal, withoutFiles } from "./filePolicy";
import type { Entry, FilesOfLink, RemoteFolders } from "./filesOfLink";
import { useFolders, useTransfers } from "./useFiles";

/** Upload, and the desktop's folders to download from. */
export function FilesPanel({ link, engine }: { link: ScreenLink; engine: EngineChoice }) {
  if (link.session.files === "off") return <PanelBox label="Files"><p>{filesSentence(link.session)}</p></PanelBox>;
  if (link.files) return <Files link={link} files={link.files} />;
  return (
    <PanelBox label="Files">
      <p>{withoutFiles(link)}</p>
      <div className="key-grid">
        <Button small variant="primary" onPress={() => engine.choose("guacamole")}>Switch to {engines.guacamole.label}</Button>
      </div>
      <p className="muted">The screen connects again; programs on the desktop keep running.</p>
    </PanelBox>
  );
}

function Files({ link, files }: { link: ScreenLink; files: FilesOfLink }) {
  const picker = useRef<HTMLInputElement>(null);
  const [path, setPath] = useState("/");
  const folders = useFolders(link);
  // What was just uploaded belongs into the list.
  const arrived = useTransfers(link).filter(({ direction, state }) => direction === "up" && state === "done").length;
  const up = uploadRefusal(link) === null;
  const limit = link.session.uploadMaximumMegabytes;
  const rule = filesSentence(link.session);
  return (
    <PanelBox label="Files">
      {rule ? <p>{rule}</p> : null}
      {up ? (
        <>
          <input ref={picker} type="file" multiple hidden aria-label="Files to upload" onChange={(event) => {
            for (const file of event.target.files ?? []) files.upload(file, path);
            event.target.value = "";
          }} />
          <div className="key-grid"><Button small variant="primary" onPress={() => picker.current?.click()}>Upload files</Button></div>
          <p className="muted">{path === "/" ? "They go to your own folder on the desktop, as does what is dropped on the screen." : "They go to the folder below. What is dropped on the screen goes to your own folder."}{limit ? ` At most ${limit} MB each.` : ""}</p>
        </>
      ) : null}
      {folders ? <Folder folders={folders} path={path} arrived={arrived} onPath={setPath} mayTake={mayDownload(link.session)} /> : <p className="muted">The desktop has not announced any folders: it may not take files either. What it sends by itself is downloaded.</p>}
    </PanelBox>
  );
}

function Folder({ folders, path, arrived, onPath, mayTake }: { folders: RemoteFolders; path: string; arrived: number; onPath: (path: string) => void; mayTake: boolean }) {
  const listing = useQuery({ queryKey: ["folder", folders.name, path, arrived], placeholderData: keepPreviousData, queryFn: () => folders.list(path), retry: false, gcTime: 0 });
  const above = path === "/" ? null : path.slice(0, path.lastIndexOf("/")) || "/";
  return (
    <>
      <div className="folder-head">
        <strong>{path === "/" ? folders.name : path}</strong>
        {above ? <Button small onPress={() => onPath(above)}>Up</Button> : null}
        <Button small onPress={() => void listing.refetch()}>Read again</Button>
      </div>
      {listing.error ? <p role="alert">{messageOf(listing.error)}</p> : null}
      {listing.isPending ? <p role="status">Reading the folder…</p> : null}
      <ul className="folder" aria-label="Files of the desktop">
        {listing.data?.map((entry) => <li key={entry.path}><Item entry={entry} folders={folders} onPath={onPath} mayTake={mayTake} /></li>)}
      </ul>
      {listing.data?.length === 0 ? <p className="muted">This folder is empty.</p> : null}
    </>
  );
}

function Item({ entry, folders, onPath, mayTake }: { entry: Entry; folders: RemoteFolders; onPath: (path: string) => void; mayTake: boolean }) {
  if (entry.folder) return <Button small variant="quiet" aria-label={`Open ${entry.name}`} onPress={() => onPath(entry.path)}><Icon name="folder" /> {entry.name}</Button>;
  if (!mayTake) return <span className="muted">{entry.name}</span>;
  return <Button small variant="quiet" aria-label={`Download ${entry.name}`} onPress={() => folders.download(entry)}>{entry.name}</Button>;
}
