/**
 * Compares a provider of onnxruntime with the processor, through `/process`: images per second of each model, and
 * whether the answers agree.
 *
 *   node scripts/run.mjs node bench/gpu.ts [provider] [rounds] [seconds] [every nth image]
 *
 * The provider is `cuda` unless another is named; `cpu` compares the processor with itself. Needs `wrk`
 * (Debian), the model files and `lfw-sample.tgz`. Rounds are interleaved; medians are reported. Answers are
 * compared with the tolerances of the check at the start (`lib/vision/models/agreement.ts`); the exit code is 1
 * if any answer does not agree.
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Model } from "../lib/contracts/model.ts";
import type { ModelResult, ProcessAnswer } from "../lib/contracts/results.ts";
import { disagreement } from "../lib/vision/models/agreement.ts";
import { lfwSample, modelsDir } from "../test/support/model-files.ts";
import { type RunningService, startService } from "../test/support/service.ts";
import { goldenImages } from "../test/support/shared-data.ts";
import { readTarGz } from "../test/support/tar.ts";
import { median } from "./plain-opencv.ts";
import { measureRequests } from "./wrk.ts";
import { writeScript } from "./wrk-script.ts";

const provider = process.argv[2] ?? "cuda";
const [rounds = 5, seconds = 3, nth = 1] = process.argv.slice(3).map(Number);
const MODELS = ["faces-yunet", "face-encoding", "classify", "objects"];
const IMAGES_PER_REQUEST = 5;
const CONNECTIONS = 8;
const AT_ONCE = 8;

const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const start = (providers: string) => startService({ LOG_LEVEL: "warn", MODELS_DIR: modelsDir, PROVIDERS: providers });

/** @throws Error with the reason of the first model that is unavailable. */
async function requireReady({ url }: RunningService): Promise<void> {
  for (const name of MODELS) {
    const model = (await (await fetch(`${url}/v1/models/${name}`)).json()) as Model;
    if (model.state !== "ready") throw new Error(`${name} is unavailable: ${model.reason}`);
  }
}

async function throughput({ url }: RunningService, name: string): Promise<number> {
  const script = writeScript(folder, goldenImages(), IMAGES_PER_REQUEST, `/process?models=${name}`);
  const { requestsPerSecond } = await measureRequests(url, script, CONNECTIONS, seconds);
  return requestsPerSecond * IMAGES_PER_REQUEST;
}

async function resultsOf({ url }: RunningService, image: Uint8Array): Promise<Record<string, ModelResult>> {
  const response = await fetch(`${url}/process?models=${MODELS.join(",")}`, {
    method: "POST",
    headers: { "Content-Type": "image/jpeg" },
    body: new Uint8Array(image),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  const { images } = (await response.json()) as ProcessAnswer;
  const [receipt] = images;
  if (!receipt || !("results" in receipt)) throw new Error("An image has no results.");
  return receipt.results;
}

async function compareAnswers(plain: RunningService, other: RunningService): Promise<number> {
  const images = [...readTarGz(readFileSync(lfwSample as string))].filter((_, index) => index % nth === 0);
  const differences = Object.fromEntries(MODELS.map((name) => [name, [] as string[]]));
  const waiting = images.values();
  const work = async () => {
    for (const { name, bytes } of waiting) {
      const [expected, actual] = await Promise.all([resultsOf(plain, bytes), resultsOf(other, bytes)]);
      for (const model of MODELS) {
        const difference = disagreement(actual[model] as ModelResult, expected[model] as ModelResult);
        if (difference !== undefined) differences[model]?.push(`${name}: ${difference}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const [model, found] of Object.entries(differences)) {
    console.log(`${model}: ${images.length - found.length} of ${images.length} answers agree`);
    for (const difference of found.slice(0, 5)) console.log(`  ${difference}`);
  }
  return Object.values(differences).flat().length;
}

const plain = await start("cpu");
const other = await start(provider).catch(async (error) => {
  await plain.stop();
  throw error;
});
try {
  await requireReady(plain);
  await requireReady(other);
  const differing = await compareAnswers(plain, other);
  const rates = MODELS.map((name) => ({ name, plain: [] as number[], other: [] as number[] }));
  for (let round = 0; round < rounds; round++)
    for (const rate of rates) {
      rate.plain.push(await throughput(plain, rate.name));
      rate.other.push(await throughput(other, rate.name));
    }
  console.table(
    rates.map((rate) => ({
      model: rate.name,
      "processor, images/s": Math.round(median(rate.plain)),
      [`${provider}, images/s`]: Math.round(median(rate.other)),
      ratio: median(rate.other.map((value, index) => value / (rate.plain[index] as number))).toFixed(2),
    })),
  );
  if (differing > 0) process.exitCode = 1;
} finally {
  await Promise.all([plain.stop(), other.stop()]);
}
