import type { RefObject } from "react";
import type { PointerPlace } from "./format";

/** Where the pointer was: RFB's browsers draw their own, so it is in no picture. */
export function PointerMark({ place, screen }: { place: PointerPlace | null; screen: RefObject<HTMLElement | null> }) {
  const canvas = screen.current?.querySelector("canvas");
  const stage = screen.current?.getBoundingClientRect();
  if (!place || !canvas || !stage || canvas.width === 0) return null;
  const shown = canvas.getBoundingClientRect();
  const left = shown.left - stage.left + (place.x / canvas.width) * shown.width;
  const top = shown.top - stage.top + (place.y / canvas.height) * shown.height;
  return <span className={place.buttons > 0 ? "player-pointer player-pointer-down" : "player-pointer"} style={{ left, top }} aria-hidden="true" />;
}
