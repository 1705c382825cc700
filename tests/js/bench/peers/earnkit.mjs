import { listEarningRules, triggerEvent } from "earnkit";

export const connect = (server) => ({
  listEarningRules: () => listEarningRules(server),
  triggerEvent: (eventName) => triggerEvent(server, eventName),
});
