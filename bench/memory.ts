/**
 * Measures the memory of the service over many requests, which must not grow. V8 grows and shrinks its heaps in steps,
 * so the main thread's heap after a collection is reported too. Each answer must equal that of the first request of its
 * kind.
 *
 *   node scripts/run.mjs node bench/memory.ts [requests]            the cascade, five images a request
 *   node scripts/run.mjs node bench/memory.ts [requests] models     all models in turn, images of several sizes,
 *                                                                   annotated ones, and the Open Inference Protocol
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { modelsDir } from "../test/support/model-files.ts";
import { freePort, startService } from "../test/support/service.ts";
import { goldenImages } from "../test/support/shared-data.ts";
import { collectedHeapMiB } from "./inspector.ts";

const total = Number(process.argv[2] ?? 10_000);
const withModels = process.argv[3] === "models";
const CONNECTIONS = 8;
const STEPS = 10;

interface Sent {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

const goldenFiles = goldenImages().map(({ path }) => readFileSync(path));
const samples = ["astronaut.png", "chelsea.png", "coffee.png", "camera.png", "rocket.jpg"].map((name) =>
  readFileSync(join(import.meta.dirname, "../test-data/samples", name)),
);
const json = { "Content-Type": "application/json" };
const images = (files: readonly Buffer[]) => JSON.stringify({ images: files.map((file) => file.toString("base64")) });
const golden: Sent = { path: "/process", headers: json, body: images(goldenFiles) };

function mixOfModels(): Sent[] {
  const choices = ["faces-yunet", "face-encoding", "classify", "objects", "faces-yunet,classify,objects,face-encoding"];
  const process = choices.flatMap((models, index): Sent[] => {
    const path = `/process?models=${models}`;
    return [
      { path, headers: json, body: images(goldenFiles) },
      { path, headers: { "Content-Type": "image/png" }, body: new Uint8Array(samples[index] as Buffer) },
      {
        path,
        headers: { "Content-Type": "image/jpeg", Accept: "image/jpeg" },
        body: new Uint8Array(goldenFiles[index] as Buffer),
      },
    ];
  });
  const image = { name: "image", shape: [1], datatype: "BYTES", data: [goldenFiles[0]?.toString("base64")] };
  const grey = new Array(3 * 112 * 112).fill(0.5);
  const tensor = { name: "input0", shape: [1, 3, 112, 112], datatype: "FP32", data: grey };
  const infer = (model: string, input: object): Sent => {
    return { path: `/v2/models/${model}/infer`, headers: json, body: JSON.stringify({ inputs: [input] }) };
  };
  return [...process, golden, infer("classify", image), infer("face-encoding", tensor)];
}

const mix = withModels ? mixOfModels() : [golden];
const environment = withModels ? { MODELS_DIR: modelsDir } : {};
const inspectorPort = String(await freePort());
const service = await startService({
  LOG_LEVEL: "warn",
  NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}`,
  ...environment,
});

function residentMiB(): number {
  const status = readFileSync(`/proc/${service.process.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

const expected = new Map<Sent, string>();

/** The answer without times, which may differ. */
function withoutTimes(answer: Buffer, type: string | null): string {
  if (!type?.includes("json")) return answer.toString("base64");
  return JSON.stringify(JSON.parse(answer.toString()), (name, value) => (name === "timings" ? undefined : value));
}

async function send(request: Sent): Promise<void> {
  const { path, headers, body } = request;
  const response = await fetch(service.url + path, { method: "POST", headers, body });
  const answer = withoutTimes(Buffer.from(await response.arrayBuffer()), response.headers.get("content-type"));
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${answer}`);
  if (!expected.has(request)) expected.set(request, answer);
  if (expected.get(request) !== answer) throw new Error(`${path} gave another answer than at first`);
}

let sent = 0;
async function connection(until: number): Promise<void> {
  while (sent < until) await send(mix[sent++ % mix.length] as Sent);
}

try {
  const startedAt = performance.now();
  for (let step = 1; step <= STEPS; step++) {
    const until = (total * step) / STEPS;
    await Promise.all(Array.from({ length: CONNECTIONS }, () => connection(until)));
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    const resident = residentMiB().toFixed(0);
    const heap = (await collectedHeapMiB(inspectorPort)).toFixed(1);
    console.log(
      `${until} requests, ${seconds} s: ${resident} MiB resident; main thread's heap, collected: ${heap} MiB`,
    );
  }
} finally {
  await service.stop();
}
