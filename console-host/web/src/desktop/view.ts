import { useEffect, useState } from "react";
import type { ScreenLink } from "./screenLink";

export type View = "fit" | "actual" | "resize";

export const views: { value: View; label: string }[] = [
  { value: "fit", label: "Fit to window" },
  { value: "actual", label: "Actual size" },
  { value: "resize", label: "Resize the desktop to the window" },
];

const storageKey = "cws.view";

function stored(): View {
  try {
    const value = localStorage.getItem(storageKey);
    return views.some((view) => view.value === value) ? (value as View) : "fit";
  } catch {
    return "fit";
  }
}

export function useView(link: ScreenLink | null) {
  const [view, setView] = useState(stored);
  useEffect(() => {
    link?.applyView(view);
    try {
      localStorage.setItem(storageKey, view);
    } catch {
      // The choice then lasts as long as the page.
    }
  }, [link, view]);
  return [view, setView] as const;
}
