// Well-known HTTP clients at the same award, for comparison: as they come, and told to retry POST.
import axios from "axios";
import ky from "ky";
import { ofetch } from "ofetch";

import { arrival } from "./agent.mjs";

/** What the clients can be told to wait; those that can't, or that stop counting at the headers, hang. */
const TIMEOUT_MS = 1_000;
/** More than all the retries of a client take. */
const HANGS_MS = 7_000;
const RETRIES = 3;
const RETRY_DELAY_MS = 20;
/** Long enough for the headers of an answer, once the request is there. */
const SETTLE_MS = 300;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class StatusError extends Error {
  constructor(status) {
    super();
    this.status = status;
  }
}

async function plainFetch(url, init) {
  const response = await fetch(url, init);
  if (!response.ok) throw new StatusError(response.status);
  return response.json();
}

const withKy = (options) => (url, init) => ky(url, { timeout: TIMEOUT_MS, ...init, ...options }).json();
const withOfetch = (options) => (url, init) => ofetch(url, { timeout: TIMEOUT_MS, ...init, ...options });

const retry = { limit: RETRIES, methods: ["post"], delay: () => RETRY_DELAY_MS };
const SENDS = {
  fetch: plainFetch,
  axios: async (url, { body, ...init }) => (await axios({ url, data: body, timeout: TIMEOUT_MS, ...init })).data,
  ky: withKy(),
  "ky, retrying POST": withKy({ retry }),
  ofetch: withOfetch(),
  "ofetch, retrying POST": withOfetch({ retry: RETRIES, retryDelay: RETRY_DELAY_MS }),
};

export const CLIENTS = Object.keys(SENDS);

/** The request of a call, by hand. */
function requestOf({ operation, server, args }) {
  const { baseUrl, token, apiKey } = server;
  if (operation === "triggerEvent") {
    return {
      url: `${baseUrl}/api/DEFAULT/customer/earningRule/${args[0]}`,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" },
    };
  }
  const fields = args.at(-1);
  const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return {
    url: `${baseUrl}/users${operation === "assignPoints" ? `/${args[0]}/commitments` : ""}`,
    headers: { "x-koomalooma-jwt": apiKey, "content-type": "application/json" },
    body: JSON.stringify(Object.fromEntries(Object.entries(fields).map(([name, value]) => [snake(name), value]))),
  };
}

/** How somebody who catches the error would name it. */
function nameOf(error) {
  const status = error.response?.status ?? error.status;
  if (status) return `HTTP ${status}`;
  const codes = [error.cause?.cause?.code, error.cause?.code, error.code];
  return codes.find((code) => typeof code === "string") ?? error.cause?.name ?? error.name;
}

/** The same task as for the package's own agent. */
export const performWith = (client) => async (task) => {
  const send = SENDS[client];
  const { url, ...request } = requestOf(task);
  const controller = new AbortController();
  const { warm, abort, arriving } = task;
  // Only where it is needed: ofetch forgets its timeout over a signal.
  const signal = abort && controller.signal;
  if (warm) {
    const headers = { authorization: `Bearer ${warm.token}` };
    await send(`${warm.baseUrl}/api/DEFAULT/customer/earningRule`, { method: "GET", headers, timeout: HANGS_MS });
    await pause(SETTLE_MS);
  }
  if (abort === "before") controller.abort();
  else if (abort)
    arrival(arriving).then(async () => {
      if (abort === "after") await pause(SETTLE_MS);
      controller.abort();
    });
  const started = Date.now();
  const call = send(url, { ...request, method: "POST", ...(signal && { signal }) }).then(() => "success", nameOf);
  const code = await Promise.race([call, pause(HANGS_MS).then(() => "hangs")]);
  return { code, said: [], ms: Date.now() - started };
};
