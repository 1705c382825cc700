// Cloudflare's runtime, by Miniflare. The package goes in as the modules that it is made of, unbundled.
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { packageUrl } from "../package.mjs";
import { packageEntry, requireRuntime } from "./files.mjs";

const MAIN = `
import { perform } from "./agent.mjs";
export default {
  async fetch(request) {
    return Response.json(await perform(await request.json()));
  },
};
`;

async function modules(agent) {
  const names = (await readdir(packageUrl)).filter((name) => /^(?!sandbox|gateway).*\.(js|wasm)$/.test(name));
  const files = names.map(async (name) => ({
    type: name.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
    path: name,
    contents: await readFile(new URL(name, packageUrl), name.endsWith(".wasm") ? null : "utf8"),
  }));
  const entry = await readFile(packageEntry("workerd"), "utf8");
  return [
    { type: "ESModule", path: "main.mjs", contents: MAIN },
    { type: "ESModule", path: "agent.mjs", contents: await readFile(agent, "utf8") },
    // The bare name, resolved beside the agent.
    { type: "ESModule", path: "earnkit", contents: entry },
    ...(await Promise.all(files)),
  ];
}

export async function startWorkerd(_, agent) {
  const { Miniflare } = requireRuntime("miniflare");
  let output = "";
  const collect = (stream) =>
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  const miniflare = new Miniflare({
    modulesRoot: fileURLToPath(new URL("/", import.meta.url)),
    modules: await modules(agent),
    compatibilityDate: "2026-04-01",
    host: "127.0.0.1",
    handleRuntimeStdio(stdout, stderr) {
      collect(stdout);
      collect(stderr);
    },
  });
  await miniflare.ready;
  return {
    async perform(task) {
      const response = await miniflare.dispatchFetch("http://worker.test/", {
        method: "POST",
        body: JSON.stringify(task),
      });
      if (!response.ok) throw new Error(`workerd: ${response.status} ${await response.text()} ${output}`);
      return response.json();
    },
    output: () => output,
    stop: () => miniflare.dispose(),
  };
}
