// Where the host's typings are loaded (the DOM's, Node's, a worker's): its own objects fit.

import type { Fetch, OpenLoyalty } from "earnkit";
import { init, listEarningRules, triggerEvent } from "earnkit";

const fetchers: Fetch[] = [
  fetch,
  globalThis.fetch,
  (url, request) => fetch(url, request),
  (url, request) => fetch(new Request(url, request)),
  (url, { signal, ...rest }) => fetch(url, { ...rest, signal: signal ?? null }),
  async () => new Response('{"points":10}', { headers: { "content-type": "application/json" } }),
];
const loyalty: OpenLoyalty = { baseUrl: new URL("https://loyalty.example.com"), token: "jwt", fetch };

listEarningRules(loyalty, { signal: new AbortController().signal });
triggerEvent(loyalty, "facebook_like", { signal: AbortSignal.timeout(5_000) });
init(fetch("/earnkit.wasm"));
init(new URL("https://shop.example/earnkit.wasm"));

// @ts-expect-error: not a function that fetches
listEarningRules({ ...loyalty, fetch: "fetch" });
// @ts-expect-error: answers with something else
listEarningRules({ ...loyalty, fetch: async () => "text" });
// @ts-expect-error: the controller is not its signal
listEarningRules(loyalty, { signal: new AbortController() });

export { fetchers };
