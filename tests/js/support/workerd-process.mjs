// workerd as a process of its own, which a test can weigh, kill, and start again on the same storage.
import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";

import { packageUrl } from "./package.mjs";
import { requireRuntime } from "./runtimes/files.mjs";

const START_TIMEOUT_MS = 60_000;
// A text of Cap'n Proto is quoted as one of JSON.
const quote = JSON.stringify;
const nameOf = (url) => basename(url.pathname);

const configOf = (workers, bindings) => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private", "public"])),
    (name = "storage", disk = (path = "storage", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  compatibilityDate = "2026-04-01",
  modules = [
${workers.map((name) => `    (name = ${quote(name)}, esModule = embed ${quote(name)}),`).join("\n")}
    (name = "earnkit/gateway", esModule = embed "gateway_workerd.js"),
    (name = "earnkit/gateway.wasm", wasm = embed "gateway.wasm"),
  ],
  bindings = [
    (name = "LEDGER", durableObjectNamespace = "Ledger"),
${Object.entries(bindings)
  .map(([name, value]) => `    (name = ${quote(name)}, json = ${quote(JSON.stringify(value))}),`)
  .join("\n")}
  ],
  durableObjectNamespaces = [(className = "Ledger", uniqueKey = "ledger", enableSql = true)],
  durableObjectStorage = (localDisk = "storage"),
);
`;

/** Asks the isolate by the protocol of the developer tools. */
async function weigh(inspector) {
  const { WebSocket } = requireRuntime("ws");
  const [{ webSocketDebuggerUrl }] = await (await fetch(`${inspector}/json`)).json();
  const socket = new WebSocket(webSocketDebuggerUrl);
  try {
    return await new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => socket.send(JSON.stringify({ id: 1, method: "Runtime.getHeapUsage" })));
      socket.on("message", (data) => {
        const { id, result } = JSON.parse(data);
        if (id === 1) resolve(result.usedSize);
      });
    });
  } finally {
    socket.terminate();
  }
}

/** Writes what workerd needs into a folder, once; `start` runs it there. The first of `workers` is the main one. */
export async function prepareWorkerd(folder, workers, bindings) {
  await mkdir(join(folder, "storage"), { recursive: true });
  for (const name of ["gateway_workerd.js", "gateway.wasm"])
    await writeFile(join(folder, name), await readFile(new URL(name, packageUrl)));
  for (const worker of workers) await writeFile(join(folder, nameOf(worker)), await readFile(worker));
  await writeFile(join(folder, "config.capnp"), configOf(workers.map(nameOf), bindings));
  const program = requireRuntime("workerd").default;
  let output = "";

  return {
    /** Everything that it has written, in all its lives. */
    output: () => output,
    async start() {
      const args = ["serve", "config.capnp", "--control-fd=3", "--inspector-addr=127.0.0.1:0"];
      const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe", "pipe"] });
      const ended = new Promise((resolve) => child.once("close", resolve));
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text) => {
          output += text;
        });
      const ports = await new Promise((resolve, reject) => {
        const listening = {};
        const timer = setTimeout(() => {
          child.kill("SIGKILL");
          reject(new Error(`workerd did not start in time: ${output}`));
        }, START_TIMEOUT_MS);
        child.once("error", reject);
        ended.then((code) => reject(new Error(`workerd stopped with ${code}: ${output}`)));
        createInterface(child.stdio[3]).on("line", (line) => {
          const { event, port } = JSON.parse(line);
          listening[event] = port;
          if (!listening.listen || !listening["listen-inspector"]) return;
          clearTimeout(timer);
          resolve(listening);
        });
      });
      return {
        url: `http://127.0.0.1:${ports.listen}/loyalty`,
        /** The bytes in use on the heap, garbage among them. */
        weigh: () => weigh(`http://127.0.0.1:${ports["listen-inspector"]}`),
        /** Ends it at once, wherever it is. */
        async kill() {
          child.kill("SIGKILL");
          await ended;
        },
      };
    },
  };
}
