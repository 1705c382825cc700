// Peers beside the reference, in several places.
import { PEERS, REFERENCE } from "../peers/list.mjs";
import { table } from "./format.mjs";

/** `measured`: place to peer to time. What each takes above the reference, and a table of it all. */
export function beside(measured, peers, format) {
  const places = Object.keys(measured);
  const above = (place, peer) => measured[place][peer] - measured[place][REFERENCE];
  const cells = (place, peer) => [format(measured[place][peer]), peer === REFERENCE ? "" : format(above(place, peer))];
  const rows = peers.map((peer) => [PEERS[peer].title, ...places.flatMap((place) => cells(place, peer))]);
  return { above, table: table(["client", ...places.flatMap((place) => [place, "above"])], rows) };
}
