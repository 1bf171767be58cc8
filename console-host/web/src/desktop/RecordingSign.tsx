import type { SessionPolicy } from "../api/types";

/** Whoever is recorded sees it for as long as it goes on. */
export function RecordingSign({ session }: { session: SessionPolicy }) {
  if (session.recording === "off") return null;
  return (
    <p className="recording-sign" role="status">
      <span className="recording-dot" aria-hidden="true" />
      {session.recording === "keys" ? "This session is recorded, with what is typed" : "This session is recorded"}
    </p>
  );
}
