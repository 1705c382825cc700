// Who is visiting. A reload signs in again.

export function createSession({ backend, state }) {
  return {
    async signIn(username, password) {
      await backend.signIn({ username, password });
      state.set({ visitor: "customer" });
    },
    async signOut() {
      state.set({ visitor: "guest", status: null });
      // Out of reach, the shop can't be told; the next sign-in replaces the session.
      await backend.signOut().catch(() => {});
    },
    /** The server no longer takes the session. The list stays, the sign-in form comes back. */
    expire() {
      state.set({ visitor: "expired", status: null });
    },
  };
}
