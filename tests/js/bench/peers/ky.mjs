import ky from "ky";

import { readGranted, readRules } from "./schema-zod.mjs";

export function connect({ baseUrl, token, fetch }) {
  const client = ky.create({
    prefixUrl: `${baseUrl}/api/DEFAULT/customer`,
    headers: { authorization: `Bearer ${token}` },
    ...(fetch && { fetch }),
  });
  return {
    listEarningRules: async () => readRules(await client.get("earningRule").json()),
    triggerEvent: async (eventName) =>
      readGranted(await client.post(`earningRule/${encodeURIComponent(eventName)}`).json()),
  };
}
