// Who is visiting. Tokens live in this module's memory only: a reload signs in again.
import { customerIdOf } from "./token.js";

export function createSession({ earnkit, openLoyaltyServer, callOptions, state }) {
  let token = null;
  let customerId = null;

  return {
    /** What the package's `token` option asks for. */
    token: () => token,
    customerId: () => customerId,
    async signIn(username, password) {
      const tokens = await earnkit.login(openLoyaltyServer, { username, password }, callOptions);
      token = tokens.token;
      customerId = customerIdOf(token);
      state.set({ visitor: "customer" });
    },
    signOut() {
      token = null;
      customerId = null;
      state.set({ visitor: "guest", status: null });
    },
    /** The server no longer takes the token. The list stays, the sign-in form comes back. */
    expire() {
      token = null;
      customerId = null;
      state.set({ visitor: "expired", status: null });
    },
  };
}
