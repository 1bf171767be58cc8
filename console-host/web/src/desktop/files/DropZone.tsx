import { useEffect, useState, type RefObject } from "react";
import type { ScreenLink } from "../screenLink";
import { mayUpload } from "./filePolicy";

/** Files dropped anywhere on the screen are uploaded into the desktop's first folder. */
export function DropZone({ link, target }: { link: ScreenLink; target: RefObject<HTMLElement | null> }) {
  const [over, setOver] = useState(false);
  const { files, session, access } = link;
  useEffect(() => {
    const place = target.current;
    if (!place || !files || !mayUpload(session) || access !== "control") return;
    const listeners = new AbortController();
    const { signal } = listeners;
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    place.addEventListener("dragover", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(true);
    }, { signal });
    place.addEventListener("dragleave", () => setOver(false), { signal });
    place.addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(false);
      for (const file of event.dataTransfer?.files ?? []) files.upload(file, "/");
    }, { signal });
    return () => listeners.abort();
  }, [target, files, session, access]);
  return over ? <div className="drop-zone" aria-hidden="true">Drop the files to upload them</div> : null;
}
