import { listEarningRules, triggerEvent } from "earnkit/js";

export const connect = (server) => ({
  listEarningRules: () => listEarningRules(server),
  triggerEvent: (eventName) => triggerEvent(server, eventName),
});
