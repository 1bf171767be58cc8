import { useEffect, useState } from "react";
import { recall, remember } from "./remembered";
import type { ScreenLink } from "./screenLink";

export type View = "fit" | "actual" | "resize";

export const views: { value: View; label: string }[] = [
  { value: "fit", label: "Fit to window" },
  { value: "actual", label: "Actual size" },
  { value: "resize", label: "Resize the desktop to the window" },
];

/** Beyond this a desktop's memory and line are spent on what nobody can see. */
const mostPixels = 8192;
const leastPixels = 16;

/** A remote screen for a place on the page: by every pixel of a dense display, or by the page's own. */
export function remoteSize(width: number, height: number, dense: boolean, ratio = window.devicePixelRatio): { width: number; height: number } {
  const factor = dense ? Math.max(1, ratio) : 1;
  const fit = (length: number) => Math.max(leastPixels, Math.min(mostPixels, Math.floor(length * factor)));
  return { width: fit(width), height: fit(height) };
}

/** How a remote screen of this size is shown in that place. */
export function scaleOf(view: View, screen: { width: number; height: number }, place: { width: number; height: number }): number {
  if (view === "actual" || screen.width === 0 || screen.height === 0) return 1;
  return Math.min(place.width / screen.width, place.height / screen.height);
}

const viewKey = "cws.view";
const denseKey = "cws.dense";
export const storedView = (): View => recall(viewKey, views.map(({ value }) => value), "fit");
export const storedDense = () => recall(denseKey, ["yes", "no"], "yes") === "yes";

export function useView(link: ScreenLink | null, mayResize: boolean) {
  const [chosen, setView] = useState(storedView);
  const view = chosen === "resize" && !mayResize ? "fit" : chosen;
  const [dense, setDense] = useState(storedDense);
  const ratio = usePixelRatio();
  useEffect(() => {
    link?.applyView(view, dense);
    remember(viewKey, chosen);
    remember(denseKey, dense ? "yes" : "no");
  }, [link, view, chosen, dense, ratio]);
  return { view, views: views.filter(({ value }) => mayResize || value !== "resize"), setView, dense, setDense, ratio };
}

/** Follows a window from one display to another. */
function usePixelRatio(): number {
  const [ratio, setRatio] = useState(() => window.devicePixelRatio);
  useEffect(() => {
    const query = window.matchMedia(`(resolution: ${ratio}dppx)`);
    const changed = () => setRatio(window.devicePixelRatio);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, [ratio]);
  return ratio;
}
