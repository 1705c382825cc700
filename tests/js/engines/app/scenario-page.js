import { scenario } from "/scenario.mjs";

const { searchParams } = new URL(location.href);
const earnkit = await import(`/node_modules/earnkit/${searchParams.get("entry")}.js`);
const [sandboxUrl] = searchParams.getAll("sandbox");

try {
  window.result = { report: await scenario(earnkit, sandboxUrl, { inPage: true }) };
} catch (error) {
  window.result = { error: error.message };
}
