// Who is visiting. Tokens live in this module's memory only: a reload signs in again.
import { customerOf } from "./token.js";

export function createSession({ earnkit, openLoyaltyServer, callOptions, state }) {
  let token = null;

  return {
    /** What the package's `token` option asks for. */
    token: () => token,
    /** Who orders, for the shop inside the page. */
    customer: () => customerOf(token),
    async signIn(username, password) {
      const tokens = await earnkit.login(openLoyaltyServer, { username, password }, callOptions);
      token = tokens.token;
      state.set({ visitor: "customer" });
    },
    signOut() {
      token = null;
      state.set({ visitor: "guest", status: null });
    },
    /** The server no longer takes the token. The list stays, the sign-in form comes back. */
    expire() {
      token = null;
      state.set({ visitor: "expired", status: null });
    },
  };
}
