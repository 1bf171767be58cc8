import { useMemo, useState } from "react";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { findTyped, typedText } from "./keyText";
import type { RecordingSource } from "./source";
import { clock } from "./words";

/** Finds what was typed and goes there. */
export function KeySearch({ source, onGo }: { source: RecordingSource; onGo: (at: number) => void }) {
  const [wanted, setWanted] = useState("");
  const count = source.keys.length;
  const typed = useMemo(() => typedText(source.keys.slice(0, count)), [source, count]);
  const hits = useMemo(() => findTyped(typed, wanted), [typed, wanted]);
  return (
    <section className="panel" aria-labelledby="typed-title">
      <h2 id="typed-title">What was typed</h2>
      <TextField label="Find typed text" literal value={wanted} onChange={setWanted} />
      <p role="status" className="muted">{wanted === "" ? `${typed.text.length} characters were typed.` : hits.length === 0 ? "Nothing of that kind was typed." : `Found ${hits.length === 1 ? "once" : `${hits.length} times`}.`}</p>
      {hits.length > 0 ? (
        <ol className="player-hits">
          {hits.map((hit) => (
            <li key={`${hit.at} ${hit.before}`}>
              <Button small aria-label={`Go to ${clock(hit.at)}, where ${hit.match} was typed`} onPress={() => onGo(hit.at)}>{clock(hit.at)}</Button>
              <code>{hit.before}<mark>{hit.match}</mark>{hit.after}</code>
            </li>
          ))}
        </ol>
      ) : null}
    </section>
  );
}
