import { testEngine } from "./engine.mjs";
import { startWebKit } from "./webkit.mjs";

testEngine(import.meta.url, "WebKit", startWebKit);
