// The sandbox over TCP, for one test file.
import { fileURLToPath } from "node:url";

import { startProcess } from "./process.mjs";

const XTASK = process.env.EARNKIT_XTASK ?? fileURLToPath(new URL("../../../target/debug/xtask", import.meta.url));

export async function startSandbox({ port = 0 } = {}) {
  const server = await startProcess(XTASK, ["serve", "--port", String(port)], /^earnkit sandbox on (\S+)$/);

  async function control(method, path, body) {
    const response = await fetch(`${server.url}/sandbox/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} /sandbox/${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    control,
    stop: server.stop,
    reset: () => control("POST", "reset", {}),
    ledger: async () => (await control("GET", "ledger")).entries,
    requests: async () => (await control("GET", "requests")).requests,
    fault: (fault) => control("POST", "faults", fault),
    clearFaults: () => control("DELETE", "faults"),
    advance: (seconds) => control("POST", "clock", { advanceSeconds: seconds }),
    /** A customer's token, past any browser. */
    async signIn(username, password = "password") {
      const response = await fetch(`${server.url}/api/DEFAULT/customer/login_check`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ _username: username, _password: password }),
      });
      return (await response.json()).token;
    },
    /** An event of a customer who is not at this browser. */
    async report(token, eventName) {
      const response = await fetch(`${server.url}/api/DEFAULT/customer/earningRule/${eventName}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
      });
      if (!response.ok) throw new Error(`${eventName}: ${response.status} ${await response.text()}`);
    },
    /** The rules as the server sends them. */
    async rules(token) {
      const response = await fetch(`${server.url}/api/DEFAULT/customer/earningRule`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return (await response.json()).earningRules;
    },
  };
}
