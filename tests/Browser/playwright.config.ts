import { defineConfig } from "@playwright/test";

// Debian's Chromium: tests must not depend on a browser that a tool downloads for itself.
export default defineConfig({
  testDir: ".",
  // With CWS_TEST_UP the product is started in another way, and only what is about that is tried.
  // The quarter of an hour is for somebody who has one: with CWS_TEST_MINUTES it runs alone, for so long.
  testMatch: process.env.CWS_TEST_MINUTES ? "quarter-hour.spec.ts" : process.env.CWS_TEST_UP?.includes("--aws-endpoint") ? "aws.spec.ts" : /(?<!aws|quarter-hour)\.spec\.ts$/,
  workers: process.env.CWS_TEST_MINUTES ? 2 : 1,
  fullyParallel: false,
  forbidOnly: true,
  // What passes only then is named at the end of ./workstation test.
  retries: 1,
  timeout: 180_000,
  expect: { timeout: 60_000 },
  globalSetup: "./support/product.ts",
  outputDir: "test-results",
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    actionTimeout: 30_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    permissions: ["clipboard-read", "clipboard-write"],
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
      ],
    },
  },
});
