import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGuacd } from "./guacd.ts";

const root = new URL("../../../", import.meta.url).pathname;
const launcher = join(root, "infra/local/CloudWorkstation.Launcher/bin/Release/net10.0/CloudWorkstation.Launcher.dll");

/** Starts the whole product on free ports, with a scripted guacd beside it, and with an empty data directory; what it returns ends it. */
export default async function startProduct() {
  const above = await mkdtemp(join(tmpdir(), "cws-browser-"));
  const data = join(above, "data");
  const port = await freePorts();
  const besides = process.env.CWS_TEST_UP?.split(" ").filter(Boolean) ?? [];
  const guacd = await startGuacd(root, above);
  const up = await ready(["up", "--data", data, "--port", String(port), "--guacd", guacd.address, ...besides]).catch((failure: unknown) => {
    guacd.stop();
    throw failure;
  });
  const admin = JSON.parse(await readFile(join(data, "first-admin.json"), "utf8")) as { userName: string; password: string };

  process.env.CWS_URL = `http://127.0.0.1:${port}`;
  process.env.CWS_TEST_DATA = data;
  // Where a moto is that the launcher starts.
  process.env.CWS_TEST_AWS_ENDPOINT = `http://127.0.0.1:${port + 5}`;
  process.env.CWS_ADMIN = admin.userName;
  process.env.CWS_ADMIN_PASSWORD = admin.password;
  process.env.CWS_ROOT = root;
  process.env.CWS_TEST_GUACD_ADDRESS = guacd.address;

  return async () => {
    await finished(["down", "--data", data]);
    if (up.exitCode === null) up.kill("SIGKILL");
    guacd.stop();
    await rm(above, { recursive: true, force: true });
  };
}

export function ready(args: string[]) {
  const child = spawn("dotnet", [launcher, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  return new Promise<typeof child>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("Press Ctrl-C")) resolve(child);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", (code) => reject(new Error(`The product did not start (exit ${code}):\n${output}`)));
  });
}

export function finished(args: string[]) {
  return new Promise<void>((resolve) => spawn("dotnet", [launcher, ...args], { stdio: "ignore" }).on("exit", () => resolve()));
}

/** Seven in a row, below the range from which the kernel takes ports for outgoing connections. */
export async function freePorts(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((offset) => isFree(first + offset)));
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number) {
  return new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
