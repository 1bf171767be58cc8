// Prints "passed failed skipped" from the JSON report of Vitest or Playwright.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const totals = report.stats
  ? [report.stats.expected + report.stats.flaky, report.stats.unexpected, report.stats.skipped]
  : [report.numPassedTests, report.numFailedTests, report.numPendingTests + report.numTodoTests];
console.log(totals.join(' '));
