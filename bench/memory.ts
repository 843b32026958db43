/**
 * Resident memory of the service over many images; it must be flat.
 *
 *   node scripts/run.mjs node bench/memory.ts [images]
 */
import { readFileSync } from "node:fs";
import { startService } from "../test/support/service.ts";
import { goldenPictures } from "../test/support/shared-data.ts";

const total = Number(process.argv[2] ?? 50_000);
const IMAGES_PER_REQUEST = 5;
const CONNECTIONS = 8;

const pictures = goldenPictures();
const images = pictures.map(({ path }) => readFileSync(path).toString("base64"));
const body = JSON.stringify({ images });
const service = await startService({ LOG_LEVEL: "warn" });

function residentMiB(): number {
  const status = readFileSync(`/proc/${service.process.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

async function send(): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${service.url}/process`, { method: "POST", headers, body });
  const answer = (await response.json()) as { images: { faces: number[][] }[] };
  for (const [index, { faces }] of pictures.entries())
    if (JSON.stringify(answer.images[index]?.faces) !== JSON.stringify(faces)) throw new Error("wrong boxes");
}

let sent = 0;
async function connection(until: number): Promise<void> {
  while (sent < until) {
    sent += IMAGES_PER_REQUEST;
    await send();
  }
}

try {
  for (let step = 1; step <= 5; step++) {
    const until = (total * step) / 5;
    await Promise.all(Array.from({ length: CONNECTIONS }, () => connection(until)));
    console.log(`${until} images: ${residentMiB().toFixed(0)} MiB`);
  }
} finally {
  await service.stop();
}
