/** Only a path on this origin: `/x`, never `//host` or `/\host`, which browsers read as another host. */
export function localPath(candidate: string | null): string {
  if (candidate === null || !/^\/(?![/\\])/.test(candidate)) return "/";
  if ([...candidate].some((character) => character < " " || character === "\u007f")) return "/";
  try {
    const url = new URL(candidate, window.location.origin);
    if (url.origin !== window.location.origin || url.pathname === "/sign-in") return "/";
  } catch {
    return "/";
  }
  return candidate;
}

let leaving = false;

/** Leaves for the sign-in page and comes back here afterwards. */
export function goToSignIn() {
  if (leaving || window.location.pathname === "/sign-in") return;
  leaving = true;
  const here = window.location.pathname + window.location.search;
  window.location.assign(here === "/" ? "/sign-in" : `/sign-in?return=${encodeURIComponent(here)}`);
}
