// A process of its own for each sample: from before the import to the first result.
//   node cold-node.mjs <peer's module> <base URL> <token>
const [module, baseUrl, token] = process.argv.slice(2);
const started = performance.now();
const { connect } = await import(module);
const { earningRules } = await connect({ baseUrl, token }).listEarningRules();
const elapsed = performance.now() - started;
if (earningRules.length === 0) throw new Error("there are no rules");
process.stdout.write(String(elapsed));
