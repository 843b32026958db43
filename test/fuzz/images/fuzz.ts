/**
 * Sends damaged and made-up images of every format to the live service, run by hand:
 *
 *   node scripts/run.mjs node test/fuzz/images/fuzz.ts [count] [seed]
 *
 * 22,000 images by default, of which 20,000 are mutated and 2,000 crafted. The same seed gives the same images. Fails
 * if the process ends, an answer is a server error or is not documented, a good image in between is not exact, or more
 * memory is in use in the end than after the first 2,000 images. What is at fault is then written to
 * .tools/fuzz-images/.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { modelsDir } from "../../support/model-files.ts";
import { type RunningService, startService } from "../../support/service.ts";
import { ImageGenerator } from "./generator.ts";
import { goodImages } from "./good-images.ts";
import { type Fault, FuzzSender } from "./sender.ts";

const [count = 22_000, seed = 13] = process.argv.slice(2).map(Number);
const folder = join(import.meta.dirname, "../../../.tools/fuzz-images");
/** After so many images everything that is kept between requests has its size. */
const WARM_AFTER = 2000;
const ALLOWED_GROWTH = 1.1;
/** The detector gives memory back within some seconds, on a busy machine. */
const SETTLED_AFTER_MS = 25_000;

/** Resident memory of a process, in MiB. Linux only. */
function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** Once it does not fall any more, which it does for some seconds after the last image. */
async function settledMiB(pid: number): Promise<number> {
  const deadline = Date.now() + 30_000;
  for (let [least, since] = [residentMiB(pid), Date.now()]; ; ) {
    if (Date.now() - since > SETTLED_AFTER_MS || Date.now() > deadline) return least;
    await sleep(250);
    const now = residentMiB(pid);
    if (now < least * 0.99) since = Date.now();
    least = Math.min(least, now);
  }
}

/** Requests that ran beside one that ends the process fail with it. */
function writeFaults(faults: readonly Fault[], log: readonly string[]): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [index, { what, images, request }] of faults.entries()) {
    for (const [name, files] of Object.entries({ fault: images, request })) {
      const subfolder = join(folder, `${index}-${name}`);
      mkdirSync(subfolder, { recursive: true });
      for (const image of files) writeFileSync(join(subfolder, image.name), image.file);
    }
    console.error(`FAULT ${index}: ${what.slice(0, 1000)}`);
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "service.log"), log.slice(-500).join("\n"));
  console.error(`The images at fault, all of their requests and the log are in ${folder}.`);
}

function report(sender: FuzzSender, seconds: number): void {
  console.table(
    Object.fromEntries([...sender.outcomes].sort().map(([name, codes]) => [name, Object.fromEntries(codes)])),
  );
  const requests = Object.values(sender.requests).reduce((sum, one) => sum + one, 0);
  const kinds = Object.entries(sender.requests).map(([mode, number]) => `${mode} ${number}`);
  console.log(`${sender.sent} images in ${requests} requests (${kinds.join(", ")}) in ${seconds.toFixed(0)} s:`);
  console.log(`${(sender.sent / seconds).toFixed(1)} images/s, ${(requests / seconds).toFixed(1)} requests/s`);
}

async function fuzz(service: RunningService): Promise<boolean> {
  const models = modelsDir ? ["faces-yunet", "face-encoding", "classify", "objects"] : [];
  const sender = new FuzzSender({ url: service.url, models }, new ImageGenerator(seed), goodImages());
  const pid = service.process.pid as number;
  const start = Date.now();
  let settling = 0;
  let warm = Number.POSITIVE_INFINITY;
  for (let from = 0; from < count && sender.faults.length === 0; ) {
    const to = Math.min(count, from < WARM_AFTER ? WARM_AFTER : from + WARM_AFTER);
    await sender.send(from, to);
    if (service.process.exitCode !== null || service.process.signalCode !== null) break;
    const before = Date.now();
    const isMeasured = to === WARM_AFTER || to === count;
    const mib = isMeasured ? await settledMiB(pid) : residentMiB(pid);
    settling += Date.now() - before;
    if (to === WARM_AFTER) warm = mib;
    console.log(`${to} images: ${mib.toFixed(0)} MiB${isMeasured ? " when settled" : ""}`);
    from = to;
    if (to === count && mib > warm * ALLOWED_GROWTH)
      sender.faults.push({
        what: `memory grew from ${warm.toFixed(0)} to ${mib.toFixed(0)} MiB`,
        images: [],
        request: [],
      });
  }
  report(sender, (Date.now() - start - settling) / 1000);
  const { exitCode, signalCode } = service.process;
  const hasEnded = exitCode !== null || signalCode !== null;
  if (hasEnded) console.error(`The service ended: ${signalCode ?? exitCode}.`);
  const isGood = !hasEnded && sender.faults.length === 0;
  if (!isGood) writeFaults(sender.faults, service.log);
  return isGood;
}

const service = await startService({ THREADS: "2", LOG_LEVEL: "warn", ...(modelsDir && { MODELS_DIR: modelsDir }) });
try {
  console.log(`${count} images of seed ${seed}`);
  if (!(await fuzz(service))) process.exitCode = 1;
} finally {
  await service.stop();
}
