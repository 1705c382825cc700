import axios from "axios";

import { readGranted, readRules } from "./schema-zod.mjs";

export function connect({ baseUrl, token, fetch }) {
  const client = axios.create({
    baseURL: `${baseUrl}/api/DEFAULT/customer`,
    headers: { authorization: `Bearer ${token}` },
    timeout: 10_000,
    ...(fetch && { adapter: "fetch", env: { fetch } }),
  });
  return {
    listEarningRules: async () => readRules((await client.get("earningRule")).data),
    triggerEvent: async (eventName) =>
      readGranted((await client.post(`earningRule/${encodeURIComponent(eventName)}`)).data),
  };
}
