// docs/conformance.md, as measured.
import { TITLES } from "../support/runtimes/start.mjs";
import { alike, comparison, outcomes } from "./table.mjs";

const INTRODUCTION = `# Conformance: one award, one fault

Each row is **one call** of \`createUser\`, \`assignPoints\` or \`triggerEvent\` against the sandbox over TCP, while one thing
goes wrong. *Bookings* is what the server's ledger holds of it afterwards, *requests* what reached the server; the rest is
what the caller was told. "Applied" in a fault's name says that the server did as it was asked before things went wrong.
Faults last, except for closed connections and "401 once", which meet the first request only. A *fresh* connection has
carried no request before (in a page: none but a preflight request on another one), a *warm* one has.

\`cargo xtask test conformance\` measures it all, prints it with the milliseconds that each call took, which differ each
time, and compares the rest with this file; \`EARNKIT_WRITE_DOCUMENTS=1 cargo xtask test conformance\` writes it.
`;

const PAGE_NOTE = `
**A page's browser sends a POST again by itself** when a connection that was used before closes without an answer: two
bookings, and a success that nobody doubts. The preflight request of a cross-origin call is use enough, so this holds for a
page's first award as well. Nothing that a page can say to \`fetch\` prevents it: awards that must not double go through a
gateway, which books them once where the browser sends them twice (tests/js/gateway/resend.test.mjs).
`;

const DENO_NOTE = `
In Deno this takes some care: its \`fetch\` sends a POST again by itself when a connection closes without an answer, a fresh
one too, unless the body is a stream. So there earnkit sends a stream, even where there is nothing to send. If you hand it a
\`fetch\` of your own in Deno, that is yours to do.
`;

const CLIENTS_NOTE = `
Cells are *bookings / requests*, and what a caller who catches the error can see. The clients run in Node.js as they come,
and told to retry POST (three retries) where they can be. ky, ofetch and axios have their timeout set; plain \`fetch\` has none.
None of them can say whether the points were booked. "Secret sent elsewhere" is koomalooma's key: on the way to another
origin \`Authorization\` is dropped, but no header of a vendor's own.
`;

export function compose(servers, pages, clients) {
  const sections = (results) =>
    alike(results).map((group) => {
      const names = group.map(([name]) => TITLES[name]).join(", ");
      return `### ${names}\n\n${outcomes(group[0][1])}\n`;
    });
  return [
    INTRODUCTION,
    "## earnkit on servers\n",
    ...sections(servers),
    DENO_NOTE.trimStart(),
    "## earnkit in a page\n",
    ...sections(pages),
    PAGE_NOTE.trimStart(),
    "## Beside other clients\n",
    CLIENTS_NOTE.trimStart(),
    `${comparison({ earnkit: servers.node, ...clients })}\n`,
  ].join("\n");
}
