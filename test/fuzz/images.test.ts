/** The short form of test/fuzz/images/fuzz.ts, which says what is sent and checked. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { modelsDir } from "../support/model-files.ts";
import { type RunningService, startService } from "../support/service.ts";
import { faultOf } from "./images/answer-check.ts";
import { ImageGenerator } from "./images/generator.ts";
import { goodImages } from "./images/good-images.ts";
import { FuzzSender } from "./images/sender.ts";

const IMAGES = 1000;
const SEED = 13;

let service: RunningService;
beforeAll(async () => {
  // None of them is refused or given up for the time that a busy machine needs.
  const patient = { MAX_WAIT_MS: "3600000", IMAGE_TIMEOUT_MS: "600000" };
  const models = modelsDir && { MODELS_DIR: modelsDir };
  service = await startService({ THREADS: "2", LOG_LEVEL: "warn", ...patient, ...models });
});
afterAll(() => service.stop());

it("damaged and made-up images are answered as documented, and nothing dies", { timeout: 180_000 }, async () => {
  const target = { url: service.url, models: modelsDir ? ["faces-yunet", "classify"] : [] };
  const sender = new FuzzSender(target, new ImageGenerator(SEED), goodImages());
  await sender.send(0, IMAGES);
  const faults = sender.faults.map(({ what, images }) => ({ what, images: images.map(({ name }) => name) }));
  expect({ faults, sent: sender.sent }).toEqual({ faults: [], sent: IMAGES });
  expect([service.process.exitCode, service.process.signalCode]).toEqual([null, null]);
  // Of each format some are decoded and some are refused: the images are neither all harmless nor all garbage.
  const mutated = [...sender.outcomes].filter(([name]) => name.endsWith("mutated"));
  expect(mutated).toHaveLength(7);
  for (const [name, codes] of mutated)
    expect({ name, codes: [...codes.keys()] }).toEqual({
      name,
      codes: expect.arrayContaining(["ok", "UNDECODABLE_IMAGE"]),
    });
});

it("a seed and a number always give the same image", () => {
  const [one, other] = [new ImageGenerator(SEED), new ImageGenerator(SEED)];
  const ofAnother = new ImageGenerator(SEED + 1);
  const numbers = Array.from({ length: 33 }, (_, index) => index);
  for (const number of numbers.toReversed()) other.image(number);
  for (const number of numbers) {
    const [image, again] = [one.image(number), other.image(number)];
    expect({ number, name: again.name, isSame: again.file.equals(image.file) }).toEqual({
      number,
      name: image.name,
      isSame: true,
    });
  }
  expect(numbers.some((number) => !one.image(number).file.equals(ofAnother.image(number).file))).toBe(true);
});

const result = { fileName: "a.jpg", width: 100, height: 50, faces: [[0, 0, 100, 50]] };
const problem = (status: number, code: string) => ({
  fileName: "a.jpg",
  problem: { status, code, detail: "It is so." },
});

it.each([
  [result, undefined],
  [problem(422, "UNDECODABLE_IMAGE"), undefined],
  [problem(413, "TOO_MANY_PIXELS"), undefined],
  [problem(503, "WORKER_LOST"), /server error/],
  [problem(422, "IMAGE_REFUSED"), /native code failed/],
  [problem(400, "MALFORMED_REQUEST"), /not documented for images/],
  [{ fileName: "a.jpg" }, /neither/],
  [{ ...result, width: 0 }, /size/],
  [{ ...result, faces: [[1, 0, 100, 50]] }, /outside/],
  [{ ...result, faces: undefined, results: { "faces-haar": { faces: [{ box: [0, 1, 100, 50] }] } } }, /outside/],
])("the check of answers sees what is wrong: %j", (outcome, fault) => {
  const found = faultOf(outcome as Parameters<typeof faultOf>[0]);
  if (fault) expect(found).toMatch(fault);
  else expect(found).toBeUndefined();
});
