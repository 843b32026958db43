/**
 * Compares cached with computed encodings in one run: `POST /v1/compare` with new images, and with the same ones again.
 * Needs the model files.
 *
 *   node scripts/run.mjs node bench/encoding-cache.ts [images]
 */
import { readFileSync } from "node:fs";
import { lfwSample, modelsDir } from "../test/support/model-files.ts";
import { startService } from "../test/support/service.ts";
import { readTarGz } from "../test/support/tar.ts";

const IMAGES = Number(process.argv[2] ?? 400);
const CLIENTS = 8;
if (!lfwSample || !modelsDir) throw new Error("The LFW sample and the model files are needed.");
const images = Array.from(readTarGz(readFileSync(lfwSample)))
  .filter(({ name }) => name.endsWith(".jpg"))
  .slice(0, IMAGES)
  .map(({ bytes }) => bytes.toString("base64"));
const encoding = Array.from({ length: 128 }, (_, d) => (d === 0 ? 1 : 0));
const bodies = images.map((image) => JSON.stringify({ first: { image }, second: { encoding } }));

const service = await startService({ MODELS_DIR: modelsDir });
async function perSecond(): Promise<number> {
  const startedAt = performance.now();
  const waiting = bodies.values();
  const client = async () => {
    for (const body of waiting) {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(`${service.url}/v1/compare`, { method: "POST", headers, body });
      await response.arrayBuffer();
      // Images without a face are encoded too.
      if (response.status !== 200 && response.status !== 400) throw new Error(`Status ${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return bodies.length / ((performance.now() - startedAt) / 1000);
}
const computed = await perSecond();
const rounds = [await perSecond(), await perSecond(), await perSecond()].sort((a, b) => a - b);
const cached = rounds[1] as number;
console.log(
  `computed ${computed.toFixed(0)} images/s, from the cache ${cached.toFixed(0)}: ${(cached / computed).toFixed(1)} times`,
);
await service.stop();
