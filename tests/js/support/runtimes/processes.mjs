// Node.js, Deno and Bun: a process that takes tasks by line.
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { packageEntry, runtimeFile } from "./files.mjs";

const HOST = fileURLToPath(new URL("line-host.mjs", import.meta.url));
const OUTPUT = new URL("../../output/", import.meta.url);

async function command(name) {
  if (name === "node") return [process.execPath, []];
  if (name === "bun") return [await runtimeFile("bun"), ["run"]];
  // Deno takes bare names from an import map; its `node_modules` would want the package in package.json.
  await mkdir(OUTPUT, { recursive: true });
  const map = fileURLToPath(new URL("deno-imports.json", OUTPUT));
  const imports = {
    earnkit: String(packageEntry("deno")),
    "earnkit/gateway": String(packageEntry("deno", "./gateway")),
  };
  await writeFile(map, JSON.stringify({ imports }));
  const args = ["run", "--no-config", "--no-prompt", "--quiet", `--import-map=${map}`];
  return [await runtimeFile("deno"), [...args, "--allow-net=127.0.0.1", "--allow-read"]];
}

export async function startProcessHost(name, agent) {
  const [program, args] = await command(name);
  const child = spawn(program, [...args, HOST, String(agent)], { stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const waiting = new Map();
  let failure;
  const fail = (error) => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(failure);
  };
  child.once("error", fail);
  ended.then((code) => fail(new Error(`${name} stopped with ${code}: ${output.slice(-2_000)}`)));
  createInterface(child.stdout).on("line", (line) => {
    const { id, result } = JSON.parse(line);
    waiting.get(id).resolve(result);
    waiting.delete(id);
  });
  let last = 0;
  return {
    perform(task) {
      if (failure) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject });
        child.stdin.write(`${JSON.stringify({ id: last, task })}\n`);
      });
    },
    output: () => output,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
