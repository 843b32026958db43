/**
 * `npm run demo`: starts the service, sends it the images of `test-data/` and prints what it finds.
 * With `--once` it then exits; otherwise the service stays up until Ctrl-C.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, openAsBlob } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { config } from "../lib/config.ts";
import type { ProcessResult } from "../lib/contracts/receipt.ts";
import { isPortFree } from "../scripts/supervise.mjs";
import { guardOutput } from "./plain-output.ts";

guardOutput();

const READY_WITHIN_MS = 15_000;
const root = join(import.meta.dirname, "..");
const url = `http://localhost:${config.port}`;

// If another service used the port, the table would show its results.
if (!(await isPortFree(process.env))) process.exit(1);
const service = spawn(
  process.execPath,
  [
    join(root, "node_modules/moleculer/bin/moleculer-runner.mjs"),
    ...["--config", "moleculer.config.ts", "services/**/*.service.ts"],
  ],
  {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, LOG_LEVEL: process.env.LOG_LEVEL || "error" },
  },
);
// The terminal sends Ctrl-C to the service too; this process only waits for it to exit.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => service.kill("SIGTERM"));
const ended = once(service, "exit").then(([code]) => code as number | null);

async function isReady(): Promise<boolean> {
  const response = await fetch(`${url}/readyz`).catch(() => undefined);
  return response?.ok ?? false;
}

async function waitUntilReady(): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (service.exitCode === null && Date.now() < deadline) {
    if (await isReady()) return;
    await sleep(20);
  }
  throw new Error(`The service did not get ready at ${url}.`);
}

async function showFaces(): Promise<void> {
  const paths = globSync(["test-data/samples/*.{png,jpg}", "../shared/test-data/lfw-golden/*.jpg"], {
    cwd: root,
  }).sort();
  const form = new FormData();
  for (const path of paths) form.append("images", await openAsBlob(join(root, path)), basename(path));

  const startedAt = performance.now();
  const response = await fetch(`${url}/process`, { method: "POST", body: form });
  const durationMs = performance.now() - startedAt;
  if (!response.ok) throw new Error(`POST /process answered ${response.status}: ${await response.text()}`);
  const { images } = (await response.json()) as ProcessResult;
  console.table(
    images.map((image) =>
      "problem" in image
        ? { image: image.fileName, problem: image.problem.detail }
        : {
            image: image.fileName,
            size: `${image.width} × ${image.height}`,
            "faces [x, y, width, height]": JSON.stringify(image.faces),
            "inference ms": image.timings.inferenceMs.toFixed(1),
          },
    ),
  );
  console.log(`${images.length} images in one request, ${durationMs.toFixed(0)} ms.`);
}

try {
  await waitUntilReady();
  await showFaces();
  if (process.argv.includes("--once")) service.kill("SIGTERM");
  else
    console.log(
      `\nSightline is up at ${url} (dashboard: ${url}/dashboard, API documentation: ${url}/docs). Ctrl-C stops it.`,
    );
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
  service.kill("SIGTERM");
}
process.exitCode ??= (await ended) ?? 1;
