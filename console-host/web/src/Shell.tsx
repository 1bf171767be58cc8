import { Suspense, useEffect, useRef } from "react";
import { NavLink, Navigate, Outlet, useLocation } from "react-router";
import { ConnectionBanner } from "./live/LiveProvider";
import { useMe } from "./session/SessionGate";
import { Icon } from "./ui/Icon";
import { Skeleton } from "./ui/Notes";
import { ThemeToggle } from "./ui/ThemeToggle";

const adminPages = [
  ["/admin/desktops", "Desktops", "desktops.read"],
  ["/admin/operations", "Operations", "desktops.read"],
  ["/admin/shares", "Shares", "desktops.manage"],
  ["/admin/accounts", "Accounts", "accounts.read"],
  ["/admin/registrations", "Registrations", "accounts.manage"],
  ["/admin/sessions", "Sessions", "accounts.read"],
  ["/admin/access", "Access rules", "access.read"],
  ["/admin/bans", "Bans", "accounts.read"],
  ["/admin/audit", "Audit trail", "audit.read"],
  ["/admin/recordings", "Recordings", "recordings.view"],
  ["/admin/templates", "Templates", "templates.author"],
  ["/admin/statistics", "Statistics", "statistics.read"],
  ["/admin/orphans", "Orphans", "platform.manage"],
  ["/admin/mail", "Mail", "platform.manage"],
  ["/admin/settings", "Settings", "platform.manage"],
] as const;

export function Shell() {
  const me = useMe();
  const { pathname } = useLocation();
  useFocusOnNavigation(pathname);
  if (me.mustChangePassword && pathname !== "/account") return <Navigate to="/account" replace />;
  const pages = adminPages.filter(([, , permission]) => me.permissions.includes(permission));

  return (
    <div className={pages.length > 0 ? "shell shell-wide" : "shell"}>
      <a className="skip-link" href="#content">Skip to the content</a>
      <header className="app-bar">
        <NavLink to="/" className="brand"><Icon name="desktop" /> <span>CloudWorkstation</span></NavLink>
        <div className="app-bar-end">
          <ThemeToggle />
          <NavLink to="/account" className="account-link"><Icon name="user" /> <span>{me.displayName || me.userName}</span></NavLink>
        </div>
      </header>
      {me.mustChangePassword ? null : (
        <nav aria-label="Main" className="main-nav">
          <NavLink to="/" end>My desktops</NavLink>
          {pages.length > 0 ? <span className="nav-group" aria-hidden="true">Administration</span> : null}
          {pages.map(([to, label]) => <NavLink key={to} to={to} aria-label={`All ${label.toLowerCase()}`}>{label}</NavLink>)}
        </nav>
      )}
      <div className="shell-main">
        <ConnectionBanner />
        <main id="content" className="page" tabIndex={-1}>
          <Suspense fallback={<Skeleton lines={6} />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
    </div>
  );
}

/** A page change in the browser's own way: from the top, and a screen reader starts at the new content. */
function useFocusOnNavigation(pathname: string) {
  const first = useRef(true);
  // Where the navigation is a row to scroll, the page that one is on may be out of sight.
  useEffect(() => {
    document.querySelector(".main-nav [aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [pathname]);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    document.getElementById("content")?.focus({ preventScroll: true });
  }, [pathname]);
}
