import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { addonPath, cascadePath, loadDetector, prepare } from "../support/cascade.ts";

const THREADS = 4;
const image = join(import.meta.dirname, "../../test-data/samples/astronaut.png");

test("threads with their own detectors find the same at the same time, again and again", async () => {
  const { plane, width, height } = prepare(readFileSync(image));
  // Each round a different image, so that a work area shared by mistake would show.
  const details = [0, 40, 80, 120].map((cut) => ({ width: width - cut, height: height - cut, stride: width }));
  const detections = details.map((detail) => ({ ...detail, scaleFactor: 1.1, minNeighbors: 0 }));
  const detector = loadDetector("portable");
  const expected = detections.map((detection) => detector.detect(plane, detection));
  expect(expected.flat().length).toBeGreaterThan(50);

  // The threads end and begin anew: loading the addon twice in a process must not disturb the first.
  for (let round = 0; round < 2; round++) {
    const answers = await Promise.all(
      Array.from({ length: THREADS }, () => {
        const worker = new Worker(join(import.meta.dirname, "../support/cascade.worker.ts"), {
          workerData: { plane, detections, repeats: 10 },
        });
        return new Promise<unknown>((resolve, reject) => {
          worker.once("message", resolve);
          worker.once("error", reject);
        });
      }),
    );
    for (const answer of answers) expect(answer).toEqual(expected);
    expect(detections.map((detection) => detector.detect(plane, detection))).toEqual(expected);
  }
});

test("a process can end while its threads detect", () => {
  const script = join(import.meta.dirname, "../support/ended-detections.ts");
  // It throws if the process exits with anything but 0, such as by an abort.
  execFileSync(process.execPath, [script, addonPath, cascadePath("frontalface_default")], { timeout: 60_000 });
});
