// Prints the tests of a report of Playwright or Vitest that passed only when they were run again, a line each.
import { readFileSync } from 'node:fs';

const walk = (suite) => [...(suite.suites ?? []).flatMap(walk), ...(suite.specs ?? []).flatMap((spec) => spec.tests.filter((test) => test.status === 'flaky').map(() => spec.title))];
const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const walks = (report.suites ?? []).flatMap(walk);
const units = (report.testResults ?? []).flatMap((file) => file.assertionResults).filter((test) => test.status === 'passed' && test.failureMessages.length > 0);
for (const title of [...walks, ...units.map((test) => test.fullName)]) console.log(title);
