// A real OpenID provider (npm's oidc-provider, certified) with a sign-in page of its own. Its first line of input says how it is to be, its first
// line of output where it is; it ends with its input, so that no test leaves one behind.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { configuration, newKeys } from "./configuration.mjs";
import { interact } from "./interactions.mjs";
import { Provider } from "oidc-provider";

const lines = createInterface({ input: process.stdin });
const wanted = JSON.parse(await new Promise((resolve) => lines.once("line", resolve)));
lines.on("close", () => process.exit(0));

let provider;
const server = createServer((request, response) => void answer(request, response));
server.listen(wanted.port ?? 0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  start(issuer);
  console.log(JSON.stringify({ issuer }));
});

function start(issuer) {
  provider = new Provider(issuer, configuration(wanted, newKeys(wanted.algorithm)));
  // What it would say on a page is of more use in the test's output.
  for (const trouble of ["server_error", "backchannel.error"]) provider.on(trouble, (_, error) => console.error(trouble, error));
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, "http://127.0.0.1");
  if (pathname === "/test/rotate" && request.method === "POST") {
    start(provider.issuer);
    response.end();
  } else if (pathname.startsWith("/interaction/")) {
    await interact(provider, request, response);
  } else {
    provider.callback()(request, response);
  }
}
