import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { QueryClientProvider } from "@tanstack/react-query";
import { ErrorBoundary } from "../ErrorBoundary";
import { LiveProvider } from "../live/LiveProvider";
import { createQueryClient } from "../queryClient";
import { keepSessionAlive } from "../session/keepAlive";
import { DesktopScreen } from "./DesktopScreen";
import "./desktop.css";

const GuestScreen = lazy(() => import("./sharing/GuestScreen"));
const isGuest = window.location.pathname === "/shared";
const id = /^\/desktop\/([a-z][a-z0-9]{11})\//.exec(window.location.pathname)?.[1];
const root = document.getElementById("root");

if (root && (id || isGuest)) {
  keepSessionAlive();
  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary>
        <QueryClientProvider client={createQueryClient()}>
          <LiveProvider>
            {id ? <DesktopScreen id={id} /> : <Suspense fallback={null}><GuestScreen /></Suspense>}
          </LiveProvider>
        </QueryClientProvider>
      </ErrorBoundary>
    </StrictMode>,
  );
} else {
  window.location.replace("/");
}
