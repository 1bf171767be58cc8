/** Never empty, so that a backspace always has something to take away. */
export const padding = "_".repeat(60);

/** What was typed between two contents of the hidden field: characters taken from the end, then characters added. */
export function difference(before: string, after: string): { erased: number; typed: string } {
  const old = [...before];
  const now = [...after];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same += 1;
  return { erased: old.length - same, typed: now.slice(same).join("") };
}
