import { useEffect, useState, type RefObject } from "react";
import type { ScreenLink } from "../screenLink";
import { uploadRefusal } from "./filePolicy";

/** Files dropped anywhere on the screen are uploaded into the desktop's first folder, or refused with the reason: the browser would leave the page for them. */
export function DropZone({ link, target }: { link: ScreenLink; target: RefObject<HTMLElement | null> }) {
  const [over, setOver] = useState(false);
  const { files } = link;
  const refusal = uploadRefusal(link);
  useEffect(() => {
    const place = target.current;
    if (!place) return;
    const listeners = new AbortController();
    const { signal } = listeners;
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    place.addEventListener("dragover", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      if (refusal && event.dataTransfer) event.dataTransfer.dropEffect = "none";
      setOver(true);
    }, { signal });
    place.addEventListener("dragleave", () => setOver(false), { signal });
    place.addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(false);
      if (refusal) return;
      for (const file of event.dataTransfer?.files ?? []) files?.upload(file, "/");
    }, { signal });
    return () => listeners.abort();
  }, [target, files, refusal]);
  return over ? <div className="drop-zone" aria-hidden="true">{refusal ?? "Drop the files to upload them"}</div> : null;
}
