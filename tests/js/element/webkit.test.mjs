import { startWebKit } from "../engines/webkit.mjs";
import { testElements } from "./engine.mjs";

testElements("WebKit", startWebKit);
