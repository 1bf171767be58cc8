import { Suspense, useEffect, useState, type ReactNode } from "react";
import { Outlet } from "react-router";
import { ApiError, messageOf } from "../api/problem";
import { Icon } from "../ui/Icon";
import { Skeleton } from "../ui/Notes";
import { duration } from "../ui/time";

/** The frame of pages for people who are not signed in. */
export function OpenPage() {
  return (
    <main className="sign-in">
      <div className="panel">
        <p className="brand"><Icon name="desktop" /> CloudWorkstation</p>
        <Suspense fallback={<Skeleton lines={4} />}>
          <Outlet />
        </Suspense>
      </div>
    </main>
  );
}

/** Something is done: what, and where to go on. */
export function Done({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div role="status" className="form">
      <h1>{title}</h1>
      {children}
    </div>
  );
}

export function sentence(error: unknown): string {
  if (error instanceof ApiError && error.code === "rate_limited" && error.retryAfterSeconds !== undefined) {
    return `There were too many requests. Try again in ${duration(error.retryAfterSeconds)}.`;
  }
  return messageOf(error);
}

/** What stands behind the # of a link from a mail: the server sees it only when a button is pressed, which no mail scanner does. */
export function useLinkToken(): [string, (token: string) => void] {
  const [token, setToken] = useState(() => window.location.hash.slice(1));
  useEffect(() => {
    // A link that is opened in a window that shows this page already loads nothing anew.
    const changed = () => window.location.hash !== "" && setToken(window.location.hash.slice(1));
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  return [token, setToken];
}

/** The link is used: it goes from the address bar and the history. */
export function forgetLink() {
  window.history.replaceState(null, "", window.location.pathname);
}
