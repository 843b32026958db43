/**
 * Kind `yunet`: faces with five landmarks.
 *
 * Source: Wu, Peng and Yu, YuNet: A Tiny Millisecond-level Face Detector (2023), as in libfacedetection.train: an
 * anchor-free network with one prior per cell at strides 8, 16 and 32.
 */
import type { Face } from "../../contracts/results.ts";
import type { InputImage } from "../input-image.ts";
import { pixelsOf, withPixels } from "../memory.ts";
import type { Mat, OpenCv } from "../opencv.ts";
import { type Corners, rounded, suppress, toBox } from "./boxes.ts";
import type { ManifestOf } from "./manifest.ts";
import { toPlanes } from "./pixels.ts";
import type { AnalysisOptions, LoadableModel, Network, Outputs, Runner, Runtime } from "./runtime.ts";

export type Point = readonly [x: number, y: number];

/** Right eye, left eye (of the person), nose, right and left corner of the mouth. */
export interface FoundFace {
  readonly corners: Corners;
  readonly score: number;
  readonly landmarks: readonly Point[];
}

const STRIDES = [8, 16, 32] as const;
const LARGEST_STRIDE = 32;
/** Images whose longest side is at most this get a single pass. */
const COARSE_SIDE = 416;
/** For larger faces, the network's boxes are too small; the coarse pass sees them at half the size or less. */
const LARGEST_FINE_FACE = 256;

/**
 * Faces in pixels of the network's input, before suppression. For the cell at (row, column) with stride s and the
 * outputs b and k: centre ((column + b0)·s, (row + b1)·s), size (exp(b2)·s, exp(b3)·s), landmarks ((column + kx)·s,
 * (row + ky)·s), score √(cls·obj), both clamped to [0, 1].
 * @param heads `cls`, `obj`, `bbox` and `kps`, each with `_8`, `_16`, `_32`.
 */
export function decodeFaces(heads: Outputs, width: number, height: number, threshold: number): FoundFace[] {
  const faces: FoundFace[] = [];
  for (const stride of STRIDES) {
    const head = (name: string): Float32Array => {
      const values = heads[`${name}_${stride}`];
      if (!values) throw new Error(`The network has no output ${name}_${stride}.`);
      return values;
    };
    const [cls, obj, boxes, points] = [head("cls"), head("obj"), head("bbox"), head("kps")];
    const columns = width / stride;
    const cells = columns * (height / stride);
    for (let cell = 0; cell < cells; cell++) {
      const score = Math.sqrt(clamp(cls[cell] as number) * clamp(obj[cell] as number));
      if (score < threshold) continue;
      const [row, column] = [Math.floor(cell / columns), cell % columns];
      const at = (values: Float32Array, index: number) => values[index] as number;
      const x = (column + at(boxes, cell * 4)) * stride;
      const y = (row + at(boxes, cell * 4 + 1)) * stride;
      const halfWidth = (Math.exp(at(boxes, cell * 4 + 2)) * stride) / 2;
      const halfHeight = (Math.exp(at(boxes, cell * 4 + 3)) * stride) / 2;
      const landmarks = [0, 2, 4, 6, 8].map((index): Point => {
        const from = cell * 10 + index;
        return [(column + at(points, from)) * stride, (row + at(points, from + 1)) * stride];
      });
      faces.push({ corners: [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight], score, landmarks });
    }
  }
  return faces;
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}

/** Maps a face back to the pixels of the image before scaling by the factors. */
export function unscaled({ corners, score, landmarks }: FoundFace, scaleX: number, scaleY: number): FoundFace {
  const [left, top, right, bottom] = corners;
  return {
    corners: [left / scaleX, top / scaleY, right / scaleX, bottom / scaleY],
    score,
    landmarks: landmarks.map(([x, y]): Point => [x / scaleX, y / scaleY]),
  };
}

/** Longest side of each pass over an image, finest last. */
export function looksAt(longest: number, input: ManifestOf<"yunet">["input"]): number[] {
  if ("size" in input) return [Math.min(longest, input.size)];
  const finest = Math.min(longest, input.maxSide);
  return finest <= COARSE_SIDE ? [finest] : [COARSE_SIDE, finest];
}

/** All faces of an image, best first. Repeated searches of one image are done once. */
export type FindFaces = (image: InputImage, options: AnalysisOptions) => Promise<readonly FoundFace[]>;

export async function loadYunet(runtime: Runtime, model: LoadableModel): Promise<Runner & { find: FindFaces }> {
  const manifest = model.manifest as ManifestOf<"yunet">;
  const { input, thresholds, name } = manifest;
  const network = await runtime.openNetwork(model.paths.model as string);
  const size = "size" in input ? input.size : undefined;

  const search: FindFaces = async ({ color }, { scoreThreshold = thresholds.score }) => {
    const longest = Math.max(color.cols, color.rows);
    const sides = looksAt(longest, input);
    const found: FoundFace[] = [];
    for (const side of sides) {
      const faces = await look(runtime.cv, network, color, side / longest, size, scoreThreshold);
      const isFine = sides.length > 1 && side === sides.at(-1);
      const limit = isFine ? (LARGEST_FINE_FACE * longest) / side : Number.POSITIVE_INFINITY;
      found.push(
        ...faces.filter(({ corners: [left, top, right, bottom] }) => Math.max(right - left, bottom - top) <= limit),
      );
    }
    return suppress(found, thresholds.overlap);
  };
  const find: FindFaces = (image, options) => image.once(name, () => search(image, options));

  return {
    find,
    network,
    async run(image, options) {
      const faces = await find(image, options);
      return { faces: faces.flatMap((face) => toFace(face, image.color.cols, image.color.rows)) };
    },
  };
}

async function look(
  cv: OpenCv,
  network: Network,
  color: Mat,
  scale: number,
  size: number | undefined,
  threshold: number,
): Promise<FoundFace[]> {
  const width = Math.max(1, Math.round(color.cols * scale));
  const height = Math.max(1, Math.round(color.rows * scale));
  const isScaled = width !== color.cols || height !== color.rows;
  const padded = (side: number) => size ?? Math.ceil(side / LARGEST_STRIDE) * LARGEST_STRIDE;
  const [paddedWidth, paddedHeight] = [padded(width), padded(height)];
  const read = (pixels: Buffer) => toPlanes(pixels, width, height, { paddedWidth, paddedHeight });
  const planes = isScaled ? pixelsOf(color.resize(height, width, 0, 0, cv.INTER_AREA), read) : withPixels(color, read);
  const faces = await network.run(planes, paddedHeight, paddedWidth, (heads) =>
    decodeFaces(heads, paddedWidth, paddedHeight, threshold),
  );
  return faces.map((face) => unscaled(face, width / color.cols, height / color.rows));
}

/** A face as reported; empty if it lies outside the image. */
function toFace({ corners, score, landmarks }: FoundFace, width: number, height: number): Face[] {
  const box = toBox(corners, width, height);
  if (!box) return [];
  const points = landmarks.map(([x, y]): [number, number] => [rounded(x, 2), rounded(y, 2)]);
  return [{ box, score: rounded(score), landmarks: points }];
}
