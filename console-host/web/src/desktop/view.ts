import { useEffect, useState } from "react";
import type RFB from "@novnc/novnc";

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

/** Where the server does not resize its screen, "resize" still fits it to the window. */
export function applyView(rfb: RFB, view: View) {
  rfb.resizeSession = view === "resize";
  rfb.scaleViewport = view !== "actual";
}

export function useView(rfb: RFB | null) {
  const [view, setView] = useState(stored);
  useEffect(() => {
    if (rfb) applyView(rfb, view);
    try {
      localStorage.setItem(storageKey, view);
    } catch {
      // The choice then lasts as long as the page.
    }
  }, [rfb, view]);
  return [view, setView] as const;
}
