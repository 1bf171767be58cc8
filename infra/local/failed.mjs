// Prints the failed tests of a .trx file as a filter of `dotnet test`; nothing when there are none, or more than the second argument.
import { readFileSync } from 'node:fs';

const [file, limit] = process.argv.slice(2);
const results = [...readFileSync(file, 'utf8').matchAll(/<UnitTestResult [^>]*>/g)].map(([result]) => result);
const failed = results.filter((result) => result.includes(' outcome="Failed"'));
// A theory's case has its values behind the name.
const names = new Set(failed.map((result) => / testName="([^"(]+)/.exec(result)[1]));
if (failed.length <= Number(limit)) console.log([...names].map((name) => `FullyQualifiedName=${name}`).join('|'));
