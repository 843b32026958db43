/**
 * Writes the clients' types from the API document: `npm run client-types` (needs the network).
 *
 * The generator for TypeScript needs TypeScript 5, but the project uses 7. So both packages are fetched for the run
 * only and stay out of the lock file. The header contains the document's hash, so that `--check` needs no network.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pythonTypes } from "./python-types.ts";

const PACKAGES = ["openapi-typescript@7.13.0", "typescript@5.9.3"];
const TYPES = "client/api-types.ts";
const PYTHON_TYPES = "packages/python/src/sightline_client/types.py";
const root = join(import.meta.dirname, "..");
const document = join(root, "docs/openapi.json");
const types = join(root, TYPES);
const text = readFileSync(document, "utf8");
const header = `/**
 * Types of docs/openapi.json, written by \`npm run client-types\`.
 * The document's sha256: ${createHash("sha256").update(text).digest("hex")}
 */
`;
const python = pythonTypes(JSON.parse(text));

function tell(file: string, isCurrent: boolean): void {
  if (isCurrent) console.log(`${file} is current.`);
  else {
    console.error(`${file} is not current; run: npm run client-types`);
    process.exitCode = 1;
  }
}

if (process.argv.includes("--check")) {
  tell(TYPES, readFileSync(types, "utf8").startsWith(header));
  tell(PYTHON_TYPES, readFileSync(join(root, PYTHON_TYPES), "utf8") === python);
} else {
  const packages = PACKAGES.map((name) => `--package=${name}`);
  const args = ["exec", "--yes", ...packages, "--", "openapi-typescript", "--default-non-nullable=false", document];
  const generated = execFileSync("npm", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], cwd: root });
  writeFileSync(types, header + generated.replace(/^\/\*\*[\s\S]*?\*\/\n/, ""));
  execFileSync("biome", ["format", "--write", types], { cwd: root, stdio: "ignore" });
  writeFileSync(join(root, PYTHON_TYPES), python);
  console.log(`${TYPES} and ${PYTHON_TYPES} are written.`);
}
