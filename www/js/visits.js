// Coming and going: who visits, and what the page forgets when someone else does.
import { CUSTOMER } from "./demo-accounts.js";

export function createVisits({ session, state, loyalty, claims, orders, asProblem, announce }) {
  /** The visitor has not chosen to be a guest: a sign-in that failed is worth another try. */
  let wantsCustomer = true;

  function forget() {
    claims.forget();
    orders.forget();
  }

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
    forget();
    announce("You are signed in.");
    await loyalty.refresh();
  }

  async function signOut() {
    wantsCustomer = false;
    session.signOut();
    state.set({ signIn: { busy: false, problem: null } });
    forget();
    announce("You are browsing as a guest.");
    await loyalty.refresh();
  }

  /** The first sign-in of a page, or of one whose first sign-in failed. A guest sees the rules either way. */
  async function arrive() {
    await signIn(CUSTOMER.username, CUSTOMER.password);
    if (state.get().visitor === "guest") await loyalty.refresh();
  }

  return {
    signIn,
    signOut,
    arrive,
    signInAsCustomer: () => signIn(CUSTOMER.username, CUSTOMER.password),
    /** Everything again, after the network or a server was away. */
    retry: () => (wantsCustomer && state.get().visitor === "guest" ? arrive() : loyalty.refresh()),
  };
}
