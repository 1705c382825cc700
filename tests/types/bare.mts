// Without any host's typings: what is passed is described by its shape.

import type { AbortSignalLike, Fetch, FetchResponse, OpenLoyalty } from "earnkit";
import { init, listEarningRules } from "earnkit";

declare const response: FetchResponse;
declare const signal: AbortSignalLike;

const fetcher: Fetch = async (url, { method, headers, body, redirect, signal }) => {
  url.length + method.length + (signal.aborted ? 1 : 0);
  redirect satisfies "manual";
  return headers && body ? response : response;
};
const loyalty: OpenLoyalty = { baseUrl: "https://loyalty.example.com", token: "jwt", fetch: fetcher };
listEarningRules(loyalty, { signal });
init(response);

// @ts-expect-error: not a response
const wrong: Fetch = async () => "text";

export { wrong };
