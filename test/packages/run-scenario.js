/** Runs the scenario and prints what came of it: `run-scenario.js <url> <key> <images…>`. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";
import * as library from "sightline-client";
import { scenario } from "./scenario.js";

const [url = "", key, ...paths] = process.argv.slice(2);
const images = paths.map((path) => ({ name: basename(path), bytes: new Uint8Array(readFileSync(path)) }));
console.log(JSON.stringify(await scenario(library, { url, key }, images)));
