// A server as a child process that says where it listens.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const START_TIMEOUT_MS = 60_000;

/** Starts a program and waits for a line that `ready` matches; its first group is the address. */
export async function startProcess(command, args, ready, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill();
      reject(new Error(`${command} did not start in time: ${errors}`));
    }, START_TIMEOUT_MS);
    child.once("error", reject);
    ended.then((code) => reject(new Error(`${command} stopped with ${code}: ${errors}`)));
    createInterface(child.stdout).on("line", (line) => {
      const match = ready.exec(line);
      if (!match) return;
      clearTimeout(timer);
      resolve(match[1]);
    });
  });
  return {
    url,
    /** What it wrote to its error output so far. */
    errors: () => errors,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
