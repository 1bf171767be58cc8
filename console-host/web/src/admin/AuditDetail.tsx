import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { exact } from "../ui/time";
import type { AuditEntry } from "./auditApi";
import { Table } from "./Table";

/** One entry, whole, with what changed side by side. */
export function AuditDetail({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { before, after } = entry.change ?? {};
  const members = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  const facts: [string, string | null | undefined][] = [
    ["When", exact(entry.at)], ["Who", `${entry.actorName} (${entry.actorId})`], ["On what", entry.target], ["Result", entry.result], ["Detail", entry.detail],
    ["From where", entry.address], ["With", entry.userAgent], ["Session", entry.sessionId], ["Request", entry.requestId], ["Entry", entry.id],
  ];
  return (
    <Dialog title={entry.action} isOpen onClose={onClose}>
      <dl className="facts">
        {facts.filter(([, value]) => value).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
      {members.length > 0 ? (
        <Table label="Before and after" head={["Member", "Before", "After"]}>
          {members.map((member) => (
            <tr key={member}>
              <th scope="row">{member}</th>
              <td><Value value={before?.[member]} gone={before === null || before === undefined} /></td>
              <td><Value value={after?.[member]} gone={after === null || after === undefined} /></td>
            </tr>
          ))}
        </Table>
      ) : null}
      <div className="dialog-actions"><Button onPress={onClose} autoFocus>Close</Button></div>
    </Dialog>
  );
}

function Value({ value, gone }: { value: unknown; gone: boolean }) {
  if (gone || value === undefined || value === null) return <span className="muted">nothing</span>;
  if (isSecret(value)) return <em>{value.changed ? "secret, changed" : "secret"}</em>;
  return <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>;
}

const isSecret = (value: unknown): value is { set: true; changed?: boolean } =>
  typeof value === "object" && value !== null && "set" in value && (value as { set: unknown }).set === true;
