/**
 * Quality on the LFW sample: a third of its 900 persons. `LFW_SAMPLE=whole` is the long form, of all 1,465 images: what
 * it prints stands in the manifest and in docs/models.md.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { beforeAll, describe, expect, it } from "vitest";
import type { Box } from "../../lib/contracts/receipt.ts";
import type { Face as AnyFace } from "../../lib/contracts/results.ts";
import { loadManifests, ownManifest } from "../../lib/vision/models/manifest.ts";
import { lfwSample, modelsDir } from "../support/model-files.ts";
import { startModelPool } from "../support/model-pool.ts";
import { Random } from "../support/random.ts";
import { readTarGz } from "../support/tar.ts";

/** Our own models give all faces a box. */
type Face = AnyFace & { box: Box };

const isWhole = process.env.LFW_SAMPLE === "whole";
const PAIRS = isWhole ? 1000 : 200;
const SEED = 900;

interface Portrait {
  readonly person: string;
  readonly faces: Face[];
  readonly encodings: Face[];
}

const personOf = (path: string) => path.split("/").at(-2) as string;

/** The portrait's subject is in the middle; others may stand behind. */
function subject(faces: readonly Face[]): Face | undefined {
  const fromMiddle = ({ box: [x, y, w, h] }: Face) => Math.hypot(x + w / 2 - 125, y + h / 2 - 125);
  return faces.toSorted((a, b) => fromMiddle(a) - fromMiddle(b))[0];
}

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}

const isRunnable = modelsDir !== undefined && lfwSample !== undefined;

describe.skipIf(!isRunnable)("on the LFW sample", () => {
  let portraits: Portrait[];

  beforeAll(async () => {
    const pool = await startModelPool(availableParallelism(), "faces-yunet,face-encoding");
    const images = [...readTarGz(readFileSync(lfwSample as string))];
    expect(images).toHaveLength(1465);
    const persons = [...new Set(images.map(({ name }) => personOf(name)))];
    const chosen = new Set(persons.filter((_, index) => isWhole || index % 3 === 0));
    portraits = await Promise.all(
      images
        .filter(({ name }) => chosen.has(personOf(name)))
        .map(async ({ name, bytes }) => {
          const { results } = await pool.analyse(bytes, ["faces-yunet", "face-encoding"]);
          const facesOf = (model: string) => (results[model] as unknown as { faces: Face[] }).faces;
          return { person: personOf(name), faces: facesOf("faces-yunet"), encodings: facesOf("face-encoding") };
        }),
    );
    await pool.close();
  }, 480_000);

  it("faces-yunet finds the face of at least 99.5 % of the images", () => {
    const found = portraits.filter(({ faces }) =>
      faces.some(({ box: [x, y, w, h] }) => contains(x, w) && contains(y, h)),
    );
    const most = Math.max(...portraits.map(({ faces }) => faces.length));
    console.log(
      `faces-yunet: ${found.length} of ${portraits.length} subjects found; at most ${most} faces in an image`,
    );
    expect(found.length / portraits.length).toBeGreaterThanOrEqual(0.995);
  });

  it("face-encoding encodes the very faces that faces-yunet finds", () => {
    const boxes = (faces: Face[]) => faces.map(({ box }) => box);
    for (const { faces, encodings } of portraits) expect(boxes(encodings)).toEqual(boxes(faces));
    for (const { encoding = [] } of portraits.flatMap(({ encodings }) => encodings)) {
      expect(encoding).toHaveLength(128);
      expect(cosine(encoding, encoding)).toBeCloseTo(1, 3);
    }
  });

  it("face-encoding tells one person from two in at least 98.5 % of the pairs, at the documented threshold", () => {
    const encoder = loadManifests([ownManifest]).find(({ name }) => name === "face-encoding");
    const threshold = encoder?.kind === "face-encoder" ? encoder.thresholds.samePerson : Number.NaN;
    const random = new Random(SEED);
    const same = pairs(portraits, random, (a, b) => a.person === b.person).map(similarityOf);
    const different = pairs(portraits, random, (a, b) => a.person !== b.person).map(similarityOf);
    const falseRejections = same.filter((value) => value < threshold).length / same.length;
    const falseAcceptances = different.filter((value) => value >= threshold).length / different.length;
    const accuracy = 1 - (falseRejections + falseAcceptances) / 2;
    const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
    console.log(
      `face-encoding: ${PAIRS} + ${PAIRS} pairs, accuracy ${percent(accuracy)} at ${threshold}; ` +
        `false acceptances ${percent(falseAcceptances)}, false rejections ${percent(falseRejections)}`,
    );
    expect(accuracy).toBeGreaterThanOrEqual(0.985);
  });
});

/** Whether a box's side contains the middle of an image of 250 pixels, where the subject is. */
function contains(from: number, extent: number): boolean {
  return from < 125 && from + extent > 125;
}

function similarityOf([a, b]: readonly [Portrait, Portrait]): number {
  const [one, other] = [subject(a.encodings)?.encoding, subject(b.encodings)?.encoding];
  // A face that was not found is as good as one that was not recognised.
  return one && other ? cosine(one, other) : -1;
}

/** So many different pairs of which it is true. */
function pairs(portraits: readonly Portrait[], random: Random, isWanted: (a: Portrait, b: Portrait) => boolean) {
  const all = portraits.flatMap((a, index) =>
    portraits.slice(index + 1).flatMap((b) => (isWanted(a, b) ? [[a, b] as const] : [])),
  );
  return Array.from(
    { length: PAIRS },
    () => all.splice(random.integer(0, all.length - 1), 1)[0] as (typeof all)[number],
  );
}
