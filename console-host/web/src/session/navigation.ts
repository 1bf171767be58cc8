/** Only a path on this origin: `/x`, never `//host` or `/\host`, which browsers read as another host. */
export function localPath(candidate: string | null): string {
  if (candidate === null || !/^\/(?![/\\])/.test(candidate)) return "/";
  if ([...candidate].some((character) => character < " " || character === "\u007f")) return "/";
  try {
    const url = new URL(candidate, window.location.origin);
    if (url.origin !== window.location.origin || (url.pathname === "/sign-in" || url.pathname.startsWith("/sign-in/"))) return "/";
  } catch {
    return "/";
  }
  return candidate;
}

let leaving = false;

/** Leaves for the sign-in page and comes back here afterwards. */
function goToSignIn() {
  if (leaving || window.location.pathname === "/sign-in" || window.location.pathname.startsWith("/sign-in/")) return;
  leaving = true;
  const here = window.location.pathname + window.location.search;
  window.location.assign(here === "/" ? "/sign-in" : `/sign-in?return=${encodeURIComponent(here)}`);
}

/** Leaves where signing out leads to. The end of the session, which the server tells of at the same time, must not lead elsewhere first. */
export async function leaveBy(signOut: () => Promise<string>) {
  leaving = true;
  try {
    window.location.assign(await signOut());
  } catch (error) {
    leaving = false;
    throw error;
  }
}

let whenEnded = goToSignIn;

/** The session is over: leaves for sign-in, unless the page has its own way to say so. */
export function sessionEnded() {
  whenEnded();
}

/** A desktop's page stays and says what happened: its last picture may matter to somebody. */
export function onSessionEnd(handler: () => void): () => void {
  whenEnded = handler;
  return () => {
    whenEnded = goToSignIn;
  };
}
