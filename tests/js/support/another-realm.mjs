// Errors of another realm: `node --experimental-vm-modules another-realm.mjs`. Prints what each side's guard says.
import { readFile } from "node:fs/promises";
import { createContext, SourceTextModule } from "node:vm";

import { isLoyaltyError, LoyaltyError } from "earnkit";

import { packageUrl } from "./package.mjs";

const context = createContext();
const source = await readFile(new URL("error.js", packageUrl), "utf8");
const module = new SourceTextModule(source, { context });
await module.link(() => {
  throw new Error("error.js imports nothing");
});
await module.evaluate();

const details = { code: "network", outcome: "unknown", operation: "triggerEvent", attempts: 1 };
const errors = { here: new LoyaltyError(details), there: new module.namespace.LoyaltyError(details) };
const guards = { here: isLoyaltyError, there: module.namespace.isLoyaltyError };
const isOfThisRealm = Object.entries(errors).map(([where, error]) => [where, error instanceof Error]);
const known = Object.entries(guards).flatMap(([guard, isKnown]) =>
  Object.entries(errors).map(([error, value]) => [
    guard,
    error,
    isKnown(value),
    isKnown(value, "network"),
    isKnown(value, "timeout"),
  ]),
);
console.log(JSON.stringify({ isOfThisRealm, known }));
