import { Link } from "react-router";
import type { Share, Watcher } from "../../desktop/sharing/sharingApi";
import { Button } from "../../ui/Button";
import { exact } from "../../ui/time";
import { Time } from "../../ui/Time";
import { Table } from "../Table";
import type { SharedScreen } from "./sharesApi";

export interface SharedLink {
  desktop: SharedScreen["desktop"];
  share: Share;
}

export function LinksTable({ links, onEnd }: { links: SharedLink[]; onEnd: (link: SharedLink) => void }) {
  return (
    <>
      <h2>Links that work</h2>
      <Table label="Links that work" head={["Shared by", "Desktop", "With", "They may", "Until", "Used by", "Actions"]}>
        {links.map((link) => {
          const { desktop, share } = link;
          return (
            <tr key={share.id}>
              <th scope="row"><Owner name={desktop.owner.userName} /></th>
              <td><Link to={`/desktops/${desktop.id}`}>{desktop.name}</Link></td>
              <td>{whom(share)}{share.singleUse ? <><br /><span className="muted">the first person only</span></> : null}</td>
              <td>{share.access === "control" ? "look and control" : "look only"}</td>
              <td><time dateTime={share.expiresAt}>{exact(share.expiresAt)}</time></td>
              <td>{share.usedBy.length > 0 ? share.usedBy.map(({ userName }) => userName).join(", ") : <span className="muted">nobody yet</span>}</td>
              <td><Button small variant="danger" aria-label={`End the link of ${desktop.owner.userName} to ${desktop.name} for ${whom(share)}`} onPress={() => onEnd(link)}>End</Button></td>
            </tr>
          );
        })}
      </Table>
    </>
  );
}

/** Owners at their own screens are left out: that is what a desktop is for. */
export function WatchersTable({ screens }: { screens: SharedScreen[] }) {
  const there = screens.flatMap(({ desktop, watchers }) => watchers.filter(({ role }) => role !== "owner").map((watcher) => ({ desktop, watcher, ownerIsThere: watchers.some(({ role }) => role === "owner") })));
  if (there.length === 0) return null;
  return (
    <>
      <h2>At somebody else’s screen now</h2>
      <Table label="At somebody else’s screen now" head={["Who", "Desktop", "Of", "As", "Since"]}>
        {there.map(({ desktop, watcher, ownerIsThere }) => (
          <tr key={watcher.id}>
            <th scope="row">{watcher.userName}</th>
            <td><Link to={`/desktops/${desktop.id}`}>{desktop.name}</Link></td>
            <td><Owner name={desktop.owner.userName} />{ownerIsThere ? null : <><br /><span className="muted">not there</span></>}</td>
            <td>{role(watcher)}</td>
            <td><Time at={watcher.since} /></td>
          </tr>
        ))}
      </Table>
    </>
  );
}

const Owner = ({ name }: { name: string }) => <Link to={`/admin/shares?owner=${encodeURIComponent(name)}`} aria-label={`Shares of ${name}`}>{name}</Link>;

const whom = (share: Share) => (share.anyone ? "anyone who is signed in" : share.people.join(", "));

function role({ role, access }: Watcher): string {
  if (role === "admin") return "administrator, looks only";
  return access === "control" ? "guest, looks and controls" : "guest, looks only";
}
