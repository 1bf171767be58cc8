import { defineConfig } from "vitest/config";
import react from "@vitejs/plugin-react";

// In development the console runs against a running stack, or against `npm run mock`.
const backend = process.env.CWS_BACKEND ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  // The gestures of one engine are those of the other too; noVNC's package exports nothing but the whole.
  resolve: { alias: { "novnc-gestures": new URL("node_modules/@novnc/novnc/core/input/gesturehandler.js", import.meta.url).pathname } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // a data: script or style would need a weaker Content-Security-Policy
    manifest: true,
    rolldownOptions: {
      input: { index: "index.html", desktop: "desktop.html" },
      // Both pages need nearly all of it: in one file it compresses better than in eight.
      output: { codeSplitting: { groups: [{ name: "query", test: /node_modules\/@tanstack/ }] } },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": backend, "/auth": backend, "^/desktop/[a-z0-9]+/vnc": { target: backend, ws: true } },
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/test/setup.ts"], testTimeout: 30_000, restoreMocks: true, retry: 1 },
});
