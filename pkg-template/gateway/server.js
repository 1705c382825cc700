import { connect } from "../client.js";
import { compile } from "../load.js";
import { create } from "./gateway.js";

export { Ledger, memoryLedger } from "./ledger.js";

const client = connect(async () => compile((await import("../gateway_inline.js")).default));

export const createGateway = (options) => create(client, options);
