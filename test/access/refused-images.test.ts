/** Images of requests that are refused for want of capacity do not count for the limit of a key. */
import { afterEach, expect, it } from "vitest";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { form, golden } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { modelsDir } from "../support/model-files.ts";

const JPEG = { "Content-Type": "image/jpeg" };
const [first, second] = golden as [(typeof golden)[number], (typeof golden)[number]];
const tensor = { name: "image", shape: [1], datatype: "BYTES", data: [Buffer.from(first.bytes).toString("base64")] };

let service: BreakableService;
let client: KeyClient;
let busy: Promise<unknown> | undefined;
afterEach(async () => {
  service.detector("");
  await busy;
  busy = undefined;
  await service.stop();
});

/** A service that has too much to do until the detector is let go. */
async function startBusy(environment: NodeJS.ProcessEnv = {}): Promise<void> {
  const limits = { THREADS: "1", MAX_WAIT_MS: "50", IMAGE_TIMEOUT_MS: "600000" };
  service = await startBreakableService({ AUTH: "keys", ADMIN_KEY, ...limits, ...environment });
  client = new KeyClient(service.url);
  // The service learns how long an image takes.
  service.detector("slow 500");
  const process = () => client.post("/process", first.bytes, { ...JPEG, ...asAdmin });
  expect((await process()).status).toBe(200);
  service.detector("hold");
  busy = process();
  const metrics = async () => (await client.get("/metrics", asAdmin)).body;
  await expect.poll(metrics).toMatch(/^sightline_pool_running(\{.*\})? 1$/m);
}

type Send = (headers: Record<string, string>) => Promise<{ readonly status: number }>;

/** Statuses of requests of a key, of which the first are sent before the service has time for them. */
async function statusesOf(imagesPerMinute: number, send: Send): Promise<number[]> {
  const scopes = ["process", "sessions", "collections"] as const;
  const { key } = await client.key({ scopes: [...scopes], limits: { imagesPerMinute } });
  const refused = [await send(bearer(key)), await send(bearer(key))];
  service.detector("");
  await busy;
  return [...refused, await send(bearer(key)), await send(bearer(key))].map(({ status }) => status);
}

it("do not count at /v2", async () => {
  await startBusy();
  const infer: Send = (headers) => client.postJson("/v2/models/faces-haar/infer", { inputs: [tensor] }, headers);
  expect(await statusesOf(1, infer)).toEqual([503, 503, 200, 429]);
});

const requests: [string, number, Send][] = [
  ["/encode", 1, (headers) => client.post("/encode", first.bytes, { ...JPEG, ...headers })],
  ["/v1/compare", 2, (headers) => client.post("/v1/compare", form([first, second]), headers)],
];

it.skipIf(!modelsDir).each(requests)("do not count at %s", async (_path, images, send) => {
  await startBusy({ MODELS_DIR: modelsDir, MODELS: "faces-haar,face-encoding" });
  expect(await statusesOf(images, send)).toEqual([503, 503, 200, 429]);
});
