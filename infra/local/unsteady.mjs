// Prints the tests of a Playwright report that passed only when they were run again, a line each.
import { readFileSync } from 'node:fs';

const walk = (suite) => [...(suite.suites ?? []).flatMap(walk), ...(suite.specs ?? []).flatMap((spec) => spec.tests.filter((test) => test.status === 'flaky').map(() => spec.title))];
const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
for (const title of (report.suites ?? []).flatMap(walk)) console.log(title);
