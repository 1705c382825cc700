import { testVite } from "../vite.mjs";

testVite(import.meta.url, { servesWasm: true });
