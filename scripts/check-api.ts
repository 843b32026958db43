/**
 * Lints docs/openapi.json with Redocly's and Spectral's rules: `npm run check-api` (needs the network).
 *
 * Both linters bring 200 packages of 83 MB, more than the service itself, so they are fetched for the run only and stay
 * out of the lock file. Their rules are in redocly.yaml and .spectral.yaml.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const DOCUMENT = "docs/openapi.json";
const LINTERS = [
  { pack: "@redocly/cli@2.77.0", command: ["redocly", "lint", DOCUMENT] },
  { pack: "@stoplight/spectral-cli@6.16.3", command: ["spectral", "lint", "--fail-severity=warn", DOCUMENT] },
];
/** Keeps both linters from sending telemetry. */
const env = {
  ...process.env,
  SCARF_ANALYTICS: "false",
  REDOCLY_TELEMETRY: "off",
  REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
};

for (const { pack, command } of LINTERS) {
  const args = ["exec", "--yes", "--ignore-scripts", `--package=${pack}`, "--", ...command];
  const { status } = spawnSync("npm", args, { cwd: root, env, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
