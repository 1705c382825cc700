// One award under one fault, in a runtime, over TCP: what the caller was told and what the server did.
import { login } from "earnkit";

import { ARGUMENTS, credentials } from "../support/operations.mjs";
import { startServer } from "../support/other-server.mjs";
import { startRelay } from "../support/relay.mjs";
import { startSandbox } from "../support/sandbox.mjs";
import { FAULTS } from "./faults.mjs";

export const OPERATIONS = ["createUser", "assignPoints", "triggerEvent"];
export const API_KEY = "sandbox-partner-key";

const PATHS = { createUser: "/users", assignPoints: "/commitments", triggerEvent: "/photo.shared" };
const CORS = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };

/** The faults of a table, each for the calls that it is about. */
export const cases = FAULTS.flatMap((fault) =>
  (fault.only ?? OPERATIONS).map((operation) => ({ connection: "fresh", ...fault, operation })),
);

/** A sandbox, and another origin that takes whatever it gets. */
export async function startBench() {
  const sandbox = await startSandbox();
  const other = await startServer((_, response) => {
    response.writeHead(200, { ...CORS, "content-type": "application/json" }).end('{"points":1}');
  });
  const signIn = async () => (await login({ baseUrl: sandbox.url }, credentials)).token;
  const [token, freshToken] = [await signIn(), await signIn()];
  const secrets = [token, freshToken, API_KEY];

  async function measure(perform, fault) {
    const relay = await startRelay(sandbox.port, { keepsFresh: fault.connection === "fresh" });
    try {
      return await measureThrough(relay, perform, fault);
    } finally {
      await relay.stop();
    }
  }

  async function measureThrough(relay, perform, { operation, fault, connection, timeoutMs, abort, name }) {
    const path = PATHS[operation];
    const after = (await sandbox.requests()).at(-1)?.sequence ?? 0;
    const booked = (await sandbox.ledger()).length;
    other.requests.length = 0;
    if (fault) await sandbox.fault({ ...fault, location: `${other.url}/stolen`, method: "POST", path });
    const isEvent = operation === "triggerEvent";
    const server = isEvent
      ? { baseUrl: relay.url, token }
      : { baseUrl: `${relay.url}/koomalooma/api`, apiKey: API_KEY, dangerouslyAllowBrowser: true };
    const seen = await perform({
      operation,
      server,
      args: ARGUMENTS[operation],
      options: { timeoutMs },
      tokens: isEvent && name.startsWith("401") ? { initial: token, expired: freshToken } : undefined,
      warm: connection === "warm" ? { baseUrl: relay.url, token } : undefined,
      abort,
      arriving: { control: sandbox.url, path, after },
    });
    await sandbox.clearFaults();
    const requests = (await sandbox.requests()).filter(({ sequence, method }) => sequence > after && method === "POST");
    const bookings = (await sandbox.ledger()).length - booked;
    return {
      name,
      operation,
      ...seen,
      bookings,
      requests: requests.length,
      connections: relay.connections,
      told: other.requests.length,
      secrets: other.requests.filter((request) => secrets.some((secret) => JSON.stringify(request).includes(secret)))
        .length,
      said: secrets.filter((secret) => seen.said.some((text) => text?.includes(secret))),
    };
  }

  return {
    secrets,
    measure,
    async stop() {
      await sandbox.stop();
      await other.stop();
    },
  };
}
