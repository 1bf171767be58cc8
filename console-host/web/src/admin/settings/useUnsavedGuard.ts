import { useEffect, useState } from "react";
import { useNavigate } from "react-router";

/** Keeps people from leaving a changed form by a link, a reload or a closed tab. `leaving` is where they wanted to go. */
export function useUnsavedGuard(dirty: boolean) {
  const navigate = useNavigate();
  const [leaving, setLeaving] = useState<string | null>(null);

  useEffect(() => {
    if (!dirty) return;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const to = plainLink(event);
      if (to === null) return;
      event.preventDefault();
      event.stopPropagation();
      setLeaving(to);
    };
    window.addEventListener("beforeunload", onUnload);
    document.addEventListener("click", onClick, true);
    return () => {
      window.removeEventListener("beforeunload", onUnload);
      document.removeEventListener("click", onClick, true);
    };
  }, [dirty]);

  return { leaving, stay: () => setLeaving(null), leave: () => leaving !== null && void navigate(leaving) };
}

/** Where a click would take this tab to within the console; null when it opens something else. */
function plainLink(event: MouseEvent): string | null {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !(event.target instanceof Element)) return null;
  const link = event.target.closest("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.origin !== window.location.origin || (link.target && link.target !== "_self")) return null;
  const to = link.pathname + link.search + link.hash;
  return link.pathname === window.location.pathname ? null : to;
}
