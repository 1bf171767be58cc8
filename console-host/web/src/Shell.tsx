import { Suspense, useEffect, useRef } from "react";
import { NavLink, Navigate, Outlet, useLocation } from "react-router";
import { ConnectionBanner } from "./live/LiveProvider";
import { useMe } from "./session/SessionGate";
import { Icon } from "./ui/Icon";
import { Skeleton } from "./ui/Notes";
import { ThemeToggle } from "./ui/ThemeToggle";

const adminPages = [
  ["/admin/desktops", "Desktops"],
  ["/admin/operations", "Operations"],
  ["/admin/accounts", "Accounts"],
  ["/admin/templates", "Templates"],
] as const;

export function Shell() {
  const me = useMe();
  const { pathname } = useLocation();
  useFocusOnNavigation(pathname);
  if (me.mustChangePassword && pathname !== "/account") return <Navigate to="/account" replace />;
  const admin = me.roles.includes("admin");

  return (
    <>
      <a className="skip-link" href="#content">Skip to the content</a>
      <header className="app-bar">
        <NavLink to="/" className="brand"><Icon name="desktop" /> <span>CloudWorkstation</span></NavLink>
        <div className="app-bar-end">
          <ThemeToggle />
          <NavLink to="/account" className="account-link"><Icon name="user" /> <span>{me.displayName || me.userName}</span></NavLink>
        </div>
        {me.mustChangePassword ? null : (
          <nav aria-label="Main" className="main-nav">
            <NavLink to="/" end>My desktops</NavLink>
            {admin ? <span className="nav-group" aria-hidden="true">Administration</span> : null}
            {admin ? adminPages.map(([to, label]) => <NavLink key={to} to={to} aria-label={`All ${label.toLowerCase()}`}>{label}</NavLink>) : null}
          </nav>
        )}
      </header>
      <ConnectionBanner />
      <main id="content" className="page" tabIndex={-1}>
        <Suspense fallback={<Skeleton lines={6} />}>
          <Outlet />
        </Suspense>
      </main>
    </>
  );
}

/** A page change in the browser's own way: from the top, and a screen reader starts at the new content. */
function useFocusOnNavigation(pathname: string) {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    document.getElementById("content")?.focus({ preventScroll: true });
  }, [pathname]);
}
