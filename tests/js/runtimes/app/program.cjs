const earnkit = require("earnkit");

import("./scenario.mjs")
  .then(({ scenario }) => scenario(earnkit, process.argv[2]))
  .then((report) => console.log(JSON.stringify(report)));
