/** "Firefox on Linux", from what a browser says of itself. */
export function browserName(userAgent: string | null | undefined): string {
  const agent = userAgent ?? "";
  const browser = ([["Edg/", "Edge"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]] as const).find(([mark]) => agent.includes(mark))?.[1];
  const system = (["Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux"] as const).find((name) => agent.includes(name));
  return browser ? `${browser}${system ? ` on ${system}` : ""}` : agent.slice(0, 40) || "A session";
}
