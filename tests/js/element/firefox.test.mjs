import { startFirefox } from "../engines/firefox.mjs";
import { testElements } from "./engine.mjs";

testElements("Firefox", startFirefox);
