import { Link } from "react-router";
import { Table } from "../admin/Table";
import { useMay } from "../session/SessionGate";
import { exact } from "../ui/time";
import type { Recording } from "./recordingsApi";
import { lengthOf, sizeOf, stateWords } from "./words";

/** Recordings as rows; who may not play them sees that and when. */
export function RecordingsTable({ recordings, ofOneDesktop = false }: { recordings: Recording[]; ofOneDesktop?: boolean }) {
  const mayPlay = useMay("recordings.view");
  const head = ["Began", ...(ofOneDesktop ? [] : ["Desktop", "Owner"]), "At the screen", "Length", "Size", "What", "State", "Kept until", ...(mayPlay ? ["Play"] : [])];
  return (
    <Table label="Recordings" head={head}>
      {recordings.map((recording) => (
        <tr key={recording.id}>
          <th scope="row"><time dateTime={recording.startedAt}>{exact(recording.startedAt)}</time></th>
          {ofOneDesktop ? null : <><td>{recording.desktop.name}</td><td>{recording.owner.userName}</td></>}
          <td>{recording.viewer.userName}</td>
          <td>{lengthOf(recording)}</td>
          <td>{sizeOf(recording)}</td>
          <td>{recording.keys ? "Screen and keys" : "Screen"}</td>
          <td>{stateWords[recording.state]}</td>
          <td><time dateTime={recording.expiresAt}>{exact(recording.expiresAt)}</time></td>
          {mayPlay ? <td><Link to={`/admin/recordings/${recording.id}`} aria-label={`Play the recording of ${recording.desktop.name}, ${exact(recording.startedAt)}`}>Play</Link></td> : null}
        </tr>
      ))}
    </Table>
  );
}
