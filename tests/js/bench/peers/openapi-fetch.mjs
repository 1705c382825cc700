import createClient from "openapi-fetch";

import { readGranted, readRules } from "./schema-valibot.mjs";

export function connect({ baseUrl, token, fetch }) {
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  const client = createClient({ baseUrl, headers, ...(fetch && { fetch }) });
  const path = { storeCode: "DEFAULT" };
  const usable = ({ data, response }) => {
    if (data === undefined) throw new Error(`HTTP ${response.status}`);
    return data;
  };
  return {
    listEarningRules: async () =>
      readRules(usable(await client.GET("/api/{storeCode}/customer/earningRule", { params: { path } }))),
    triggerEvent: async (eventName) =>
      readGranted(
        usable(
          await client.POST("/api/{storeCode}/customer/earningRule/{eventName}", {
            params: { path: { ...path, eventName } },
          }),
        ),
      ),
  };
}
