import { connect } from "../client.js";
import wasm from "../gateway.wasm";
import { compile } from "../load.js";
import { create } from "./gateway.js";

export { Ledger, memoryLedger } from "./ledger.js";

const client = connect(() => compile(wasm));

export const createGateway = (options) => create(client, options);
