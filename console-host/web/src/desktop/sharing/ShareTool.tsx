import { lazy, Suspense, useState } from "react";
import type { SessionPolicy } from "../../api/types";
import { Tool } from "../Toolbar";

const ShareDialog = lazy(() => import("./ShareDialog"));

/** In the toolbar of a desktop's owner. */
export function ShareTool({ desktop, name, session }: { desktop: string; name: string; session: SessionPolicy }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Tool icon="user" label="Share" onPress={() => setOpen(true)} />
      {open ? <Suspense fallback={null}><ShareDialog desktop={desktop} name={name} most={session.sharing} onClose={() => setOpen(false)} /></Suspense> : null}
    </>
  );
}
