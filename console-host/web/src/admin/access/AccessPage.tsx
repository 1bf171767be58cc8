import { usePageTitle } from "../../ui/usePageTitle";
import { EntitlementsPanel } from "./EntitlementsPanel";
import { GroupsPanel } from "./GroupsPanel";
import { RolesPanel } from "./RolesPanel";
import { WaysPanel } from "./WaysPanel";

/** Groups give roles, roles give permissions and entitlements, entitlements open templates. */
export default function AccessPage() {
  usePageTitle("Access rules");
  return (
    <>
      <div className="page-head"><h1>Access rules</h1></div>
      <p>A group gives its members roles. A role allows things and carries entitlements. An entitlement opens a template, up to a number of desktops. A change is in force within a second, without a new sign-in.</p>
      <GroupsPanel />
      <RolesPanel />
      <EntitlementsPanel />
      <WaysPanel />
    </>
  );
}
