/**
 * Measures the resident memory of the service while 500 MB of images are uploaded in one request. It must not grow.
 *
 *   node scripts/run.mjs node bench/upload.ts
 */
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { sample } from "../test/support/images.ts";
import { startService } from "../test/support/service.ts";

const TOTAL_BYTES = 500e6;
const image = sample("astronaut.png");
const count = Math.ceil(TOTAL_BYTES / image.length);
const boundary = "sightline-bench";

function* body(): Generator<Buffer> {
  for (let index = 0; index < count; index++) {
    const disposition = `Content-Disposition: form-data; name="images"; filename="${index}.png"`;
    yield Buffer.from(`--${boundary}\r\n${disposition}\r\nContent-Type: image/png\r\n\r\n`);
    // All images differ, so that none is deduplicated.
    yield Buffer.concat([image, Buffer.from(`${index}`)]);
    yield Buffer.from("\r\n");
  }
  yield Buffer.from(`--${boundary}--\r\n`);
}

const service = await startService({ LOG_LEVEL: "warn" });
function residentMiB(): number {
  const status = readFileSync(`/proc/${service.process.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

const samples: number[] = [];
const before = residentMiB();
const sampler = setInterval(() => samples.push(residentMiB()), 50);
const startedAt = performance.now();
const headers = { "Content-Type": `multipart/form-data; boundary=${boundary}` };
const upload = request(`${service.url}/v1/jobs?execute=false`, { method: "POST", headers });
const answered = new Promise<number | undefined>((resolve, reject) => {
  upload.on("response", (response) => resolve(response.resume().statusCode)).on("error", reject);
});
await pipeline(Readable.from(body()), upload);
const status = await answered;
clearInterval(sampler);
await service.stop();

const third = Math.floor(samples.length / 3);
const peak = (values: number[]) => Math.max(...values).toFixed(0);
console.log(`${count} images, ${((count * image.length) / 1e6).toFixed(0)} MB, status ${status}`);
console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s, resident before: ${before.toFixed(0)} MiB`);
console.log(
  `peak in each third: ${peak(samples.slice(0, third))}, ${peak(samples.slice(third, 2 * third))}, ${peak(samples.slice(2 * third))} MiB`,
);
