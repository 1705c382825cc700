import { testEngine } from "./engine.mjs";
import { startFirefox } from "./firefox.mjs";

testEngine(import.meta.url, "Firefox", startFirefox);
