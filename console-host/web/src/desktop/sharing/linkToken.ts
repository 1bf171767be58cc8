const kept = "cws-shared";

/** What stands behind the `#` of a link. It never reaches a server in an address; who had to sign in first finds it where main.tsx has kept it. */
export function linkToken(): string {
  if (window.location.hash.length > 1) sessionStorage.setItem(kept, window.location.hash.slice(1));
  return sessionStorage.getItem(kept) ?? "";
}
