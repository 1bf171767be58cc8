import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { appendFileSync, closeSync, existsSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { required } from "./people.ts";

/** What the remote side of every session over Guacamole does now: see the README of CloudWorkstation.ScriptedGuacd. */
export function order(line: string): void {
  appendFileSync(required("CWS_TEST_GUACD_ORDERS"), `${line}\n`);
}

/** Whether the product's guacd is a real one that somebody runs: CWS_TEST_GUACD has its host:port. It takes no orders, and shows no files of a VNC desktop. */
export const realGuacd = process.env.CWS_TEST_GUACD;

/** A scripted guacd for the product, and how to end it. It takes its orders through a pipe, because tests run in another process. */
export async function startGuacd(root: string, directory: string): Promise<{ address: string; stop: () => void }> {
  if (realGuacd) return { address: realGuacd, stop: () => undefined };
  const program = join(root, "tests/CloudWorkstation.ScriptedGuacd/bin/Release/net10.0/CloudWorkstation.ScriptedGuacd.dll");
  if (!existsSync(program)) throw new Error("Build tests/CloudWorkstation.ScriptedGuacd (Release) first.");
  const orders = join(directory, "guacd-orders");
  execFileSync("mkfifo", [orders]);
  process.env.CWS_TEST_GUACD_ORDERS = orders;
  // Open for both directions: it neither waits for a writer now nor ends when one leaves.
  const pipe = openSync(orders, "r+");
  for (let attempt = 1; ; attempt++) {
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn("dotnet", [program, "--port", address.split(":")[1]!], { stdio: [pipe, "pipe", "inherit"] });
    if (await isListening(child)) return { address, stop: () => { child.kill(); closeSync(pipe); } };
    if (attempt === 5) throw new Error("The scripted guacd did not start.");
  }
}

function isListening(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.stdout!.on("data", (chunk: Buffer) => chunk.includes("scripted guacd on") && resolve(true));
    child.on("exit", () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
