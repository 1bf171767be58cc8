import type { Desktop } from "../api/types";
import { buttonClass } from "../ui/Button";
import { Icon } from "../ui/Icon";

/** A real link, so that a middle click, a bookmark and "copy address" do what they should. One tab per desktop. */
export function OpenLink({ desktop, label = "Open" }: { desktop: Pick<Desktop, "id" | "name">; label?: string }) {
  return (
    <a className={buttonClass("primary")} href={`/desktop/${desktop.id}/`} target={`cws-desktop-${desktop.id}`} aria-label={`${label} ${desktop.name}`}>
      <Icon name="expand" /> {label}
    </a>
  );
}
