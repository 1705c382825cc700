// What the package is compared with. `packages` is what a peer needs from npm; a peer without any is written by hand.

/** What everything is a multiple of: no check of any kind. */
export const REFERENCE = "fetch";

/** Each is a module in this folder that exports `connect(server)`, with the same two calls. */
export const PEERS = {
  fetch: { title: "fetch + JSON.parse, nothing checked", packages: [] },
  "fetch-checked": { title: "fetch + a check by hand", packages: [] },
  earnkit: { title: "**earnkit**", packages: [] },
  "openapi-fetch": { title: "openapi-fetch + valibot", packages: ["openapi-fetch", "valibot"] },
  ky: { title: "ky + zod", packages: ["ky", "zod"] },
  axios: { title: "axios + zod", packages: ["axios", "zod"] },
};

/** Compared by their bytes alone: they speak to other servers, or are ways to load the package. */
export const SIZE_ONLY = {
  "earnkit-js": { title: "earnkit/js, without WebAssembly", packages: [] },
  stripe: { title: "stripe", packages: ["stripe"] },
  voucherify: { title: "@voucherify/sdk", packages: ["@voucherify/sdk"] },
  wix: { title: "@wix/sdk + @wix/loyalty", packages: ["@wix/sdk", "@wix/loyalty"] },
};
