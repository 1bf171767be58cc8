import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { required } from "./people.ts";

/** A real OpenID provider for one test; `tests/OidcProvider/configuration.mjs` says what may be wanted. */
export class Provider {
  private constructor(readonly issuer: string, private readonly process: ChildProcess) {}

  static async start(wanted: object): Promise<Provider> {
    const directory = join(required("CWS_ROOT"), "tests/OidcProvider");
    if (!existsSync(join(directory, "node_modules/oidc-provider"))) {
      execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: directory, stdio: "inherit" });
    }
    const process = spawn("node", ["server.mjs"], { cwd: directory, stdio: ["pipe", "pipe", "inherit"] });
    process.stdin.write(`${JSON.stringify(wanted)}\n`);
    const ready = await new Promise<string>((resolve, reject) => {
      createInterface({ input: process.stdout }).once("line", resolve);
      process.once("exit", () => reject(new Error("The OpenID provider did not start.")));
    });
    return new Provider((JSON.parse(ready) as { issuer: string }).issuer, process);
  }

  stop(): void {
    this.process.stdin?.end();
  }
}
