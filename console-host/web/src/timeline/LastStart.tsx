import { useState } from "react";
import type { Desktop } from "../api/types";
import TimelineView from "./TimelineView";

/** The latest start of a desktop, from the click to the pixels; read when it is opened. */
export default function LastStart({ desktop }: { desktop: Desktop }) {
  const [open, setOpen] = useState(false);
  return (
    <section className="panel" aria-labelledby="last-start">
      <h2 id="last-start">From the click to the picture</h2>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>How its last start went</summary>
        {open ? <TimelineView of={{ desktop: desktop.id }} /> : null}
      </details>
    </section>
  );
}
