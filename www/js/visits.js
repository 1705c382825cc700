// Coming and going: who visits, and what the page forgets when someone else does.
import { CUSTOMER } from "./demo-accounts.js";

export function createVisits({ session, state, loyalty, orders, asProblem, announce }) {
  /** The visitor has not chosen to be a guest: a sign-in that failed is worth another try. */
  let wantsCustomer = true;

  /** A failed try leaves the visitor who they were. */
  async function signIn(username, password) {
    wantsCustomer = true;
    state.set({ signIn: { busy: true, problem: null } });
    try {
      await session.signIn(username, password);
    } catch (error) {
      const visitor = state.get().visitor === "arriving" ? "guest" : state.get().visitor;
      state.set({ visitor, signIn: { busy: false, problem: asProblem(error) } });
      announce("You are not signed in.");
      return;
    }
    state.set({ signIn: { busy: false, problem: null }, status: null, statusProblem: null });
    orders.forget();
    announce("You are signed in.");
    await loyalty.enter();
  }

  async function signOut() {
    wantsCustomer = false;
    await session.signOut();
    state.set({ signIn: { busy: false, problem: null } });
    orders.forget();
    announce("You are browsing as a guest.");
    await loyalty.enter();
  }

  /** The first sign-in of a page, or of one whose first sign-in failed. A guest sees the rules either way. */
  async function arrive() {
    await signIn(CUSTOMER.username, CUSTOMER.password);
    if (state.get().visitor === "guest") await loyalty.enter();
  }

  return {
    signIn,
    signOut,
    arrive,
    signInAsCustomer: () => signIn(CUSTOMER.username, CUSTOMER.password),
    /** The network or a server is back. A customer's elements look after themselves. */
    async retry() {
      if (state.get().visitor !== "guest") return;
      if (wantsCustomer) await arrive();
      else await loyalty.enter();
    },
  };
}
