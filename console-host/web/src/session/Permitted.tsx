import { Link, Outlet } from "react-router";
import { usePageTitle } from "../ui/usePageTitle";
import { useMay } from "./SessionGate";

/** A courtesy: the server refuses the data itself. */
export function Permitted({ permission }: { permission: string }) {
  return useMay(permission) ? <Outlet /> : <NotFound />;
}

export function NotFound() {
  usePageTitle("Not found");
  return (
    <div className="placeholder">
      <h1>There is no such page</h1>
      <p>The address may be mistyped, or what it named is gone.</p>
      <Link to="/">Go to my desktops</Link>
    </div>
  );
}
