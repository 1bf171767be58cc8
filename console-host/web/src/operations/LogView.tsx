import { useEffect, useRef, useState } from "react";
import { useLog } from "./useLog";

/** The log as it is written. Stays at the end until the reader scrolls up. */
export function LogView({ operation }: { operation: string }) {
  const log = useLog(operation);
  const box = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);

  useEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [log.lines, following]);

  function scrolled() {
    const element = box.current;
    if (element) setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < 40);
  }
  return (
    <div className="log-frame">
      <div className="log" ref={box} onScroll={scrolled} role="log" aria-label="Terraform's log" aria-live="off" tabIndex={0} data-complete={log.complete}>
        {log.dropped > 0 ? <p className="muted">{log.dropped} earlier lines are not shown.</p> : null}
        {log.lines.map((line) => (
          <div key={line.sequence} className={`log-line log-${line.level}`}>
            <time dateTime={line.at}>{line.at.slice(11, 19)}</time> {line.text}
          </div>
        ))}
        {log.lines.length === 0 ? <p className="muted">{log.complete ? "Nothing was written." : "Waiting for the first line…"}</p> : null}
      </div>
      <p className="muted" role="status">{log.complete ? "The log is complete." : log.broken ? "The connection to the log broke; trying again…" : "Following."}</p>
    </div>
  );
}
