// Runs in a page: makes one award through a gateway, on a connection that was used before.
import * as earnkit from "earnkit";

/** Long enough for a connection to go back to the pool. */
const SETTLE_MS = 50;

export async function perform({ ask, gateway, session }) {
  if (ask === "origin") return location.origin;
  // A cookie knows no port, so the gateway's is the page's.
  // biome-ignore lint/suspicious/noDocumentCookie: the other way does not exist in Firefox.
  document.cookie = `session=${session}`;
  await earnkit.listEarningRules(gateway);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const nexts = [];
  const onAttempt = ({ next }) => nexts.push(next);
  try {
    return { nexts, ...(await earnkit.triggerEvent(gateway, "photo.shared", { onAttempt })) };
  } catch (error) {
    return { nexts, ...JSON.parse(JSON.stringify(error)) };
  }
}
