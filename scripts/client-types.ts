/**
 * Writes the client's types from the API document: `npm run client-types` (needs the network).
 *
 * The generator needs TypeScript 5, the project uses 7: both packages are fetched for the run only and stay out of the
 * lock file. The header contains the document's hash, so that `--check` needs no network.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGES = ["openapi-typescript@7.13.0", "typescript@5.9.3"];
const root = join(import.meta.dirname, "..");
const document = join(root, "docs/openapi.json");
const types = join(root, "client/api-types.ts");
const sha256 = createHash("sha256").update(readFileSync(document)).digest("hex");
const header = `/**
 * Types of docs/openapi.json, written by \`npm run client-types\`.
 * The document's sha256: ${sha256}
 */
`;

if (!process.argv.includes("--check")) {
  const packages = PACKAGES.map((name) => `--package=${name}`);
  const args = ["exec", "--yes", ...packages, "--", "openapi-typescript", "--default-non-nullable=false", document];
  const generated = execFileSync("npm", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], cwd: root });
  writeFileSync(types, header + generated.replace(/^\/\*\*[\s\S]*?\*\/\n/, ""));
  execFileSync("biome", ["format", "--write", types], { cwd: root, stdio: "ignore" });
  console.log("client/api-types.ts is written.");
} else if (readFileSync(types, "utf8").startsWith(header)) {
  console.log("client/api-types.ts is current.");
} else {
  console.error("client/api-types.ts is not current; run: npm run client-types");
  process.exitCode = 1;
}
