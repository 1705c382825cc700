// A CommonJS file: Node 20.19 and later can `require` the package.
import { isLoyaltyError, listEarningRules } from "earnkit";

export const rules = listEarningRules({ baseUrl: "https://loyalty.example.com", token: "jwt" });
export const isLimit = (error: unknown) => isLoyaltyError(error, "limit_exceeded");
