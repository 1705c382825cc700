// The sandbox's fetch fits wherever a call takes one, in every environment.

import type { Fetch, OpenLoyaltyServer } from "earnkit";
import { login } from "earnkit";
import type { Sandbox } from "earnkit/sandbox";
import { createSandbox } from "earnkit/sandbox";

const sandbox: Sandbox = createSandbox({ now: () => 1_767_261_600_000 });
const fetcher: Fetch = sandbox.fetch;
const server: OpenLoyaltyServer = { baseUrl: sandbox.baseUrl, fetch: fetcher };
login(server, { username: "anna@example.com", password: "password" });

// @ts-expect-error: a function, not a time
createSandbox({ now: 1_767_261_600_000 });
