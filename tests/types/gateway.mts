// A gateway, wherever there is a Request: the same options in each.
import {
  type AwardStore,
  createGateway,
  type Identity,
  type LogLine,
  memoryLedger,
  type UnknownAward,
} from "earnkit/gateway";

interface Env {
  OPEN_LOYALTY_URL: string;
  KOOMALOOMA_JWT: string;
  PARTNER_ID: string;
  AWARDS_KEY: string;
}

const rows = new Map<string, string>();
const store: AwardStore = {
  read: async (scope, key) => rows.get(scope + key),
  swap: async (scope, key, from, to, keepMs) => {
    if ((rows.get(scope + key) ?? null) !== from || keepMs <= 0) return false;
    if (to === null) rows.delete(scope + key);
    else rows.set(scope + key, to);
    return true;
  },
};

export const gateway = createGateway<Env>({
  mountPath: "/loyalty",
  openLoyalty: (env) => ({ baseUrl: env.OPEN_LOYALTY_URL, storeCode: "DEFAULT" }),
  koomalooma: (env) => ({ apiKey: env.KOOMALOOMA_JWT, partnerId: env.PARTNER_ID }),
  origins: ["https://shop.example"],
  events: ["facebook_like", "newsletter.joined"],
  identify: async (request, _env, reason): Promise<Identity | null> => {
    const session: string | null = request.headers.get("cookie");
    return session ? { id: session, token: reason === "expired" ? "b" : "a", userSessionId: session } : null;
  },
  guest: async () => ({ token: "guest" }),
  ledger: () => store,
  serverCredential: (env) => env.AWARDS_KEY,
  rateLimit: { perMinute: 30 },
  dailyPoints: 10_000,
  onUnknown: async ({ key, operation, at }: UnknownAward, env) => {
    const [first, second, third]: [string, "triggerEvent" | "createUser" | "assignPoints", Date] = [key, operation, at];
    void [first, second, third, env.PARTNER_ID];
  },
  log: (line: LogLine) => void line.outcome,
});

createGateway({ mountPath: "/loyalty", origins: [], identify: () => null, ledger: () => memoryLedger() });
// @ts-expect-error Without it nobody could be told from anybody.
createGateway({ mountPath: "/loyalty", origins: [] });
// @ts-expect-error A koomalooma without a partner.
createGateway({ mountPath: "/loyalty", origins: [], identify: () => null, koomalooma: () => ({ apiKey: "key" }) });
// @ts-expect-error A credential is a secret of the environment, not of the code.
createGateway({ mountPath: "/loyalty", origins: [], identify: () => null, serverCredential: "secret" });
