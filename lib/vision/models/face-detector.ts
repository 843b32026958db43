/** Kind `face-detector`: faces with their boxes and, for most networks, five landmarks. */
import type { NetworkForm } from "../../contracts/model.ts";
import type { Face } from "../../contracts/results.ts";
import type { CheckTime } from "../check-time.ts";
import type { InputImage } from "../input-image.ts";
import type { Size } from "../size.ts";
import { rounded, toBox } from "./boxes.ts";
import type { ManifestOf } from "./entry.ts";
import type { FoundFace } from "./face.ts";
import type { ImageInput } from "./input.ts";
import { checkInput, shapeOf, shapeOfAll } from "./input-shape.ts";
import type { Outputs } from "./layouts/outputs.ts";
import { decodeRetinaface } from "./layouts/retinaface.ts";
import { decodeScrfd, scrfdHasLandmarks } from "./layouts/scrfd.ts";
import { decodeYunet } from "./layouts/yunet.ts";
import { cornersInImage, type Placement, placementOf, pointInImage, tensorOf } from "./preprocessing.ts";
import type { AnalysisOptions, LoadableModel, Runner, Runtime } from "./runtime.ts";
import { suppress } from "./suppression.ts";

/** Decodes the faces that reach the threshold, in pixels of the input, before suppression. */
type Decode = (outputs: Outputs, size: Size, threshold: number) => FoundFace[];

const layouts: Readonly<Record<ManifestOf<"face-detector">["layout"], Decode>> = {
  yunet: decodeYunet,
  scrfd: decodeScrfd,
  retinaface: decodeRetinaface,
};

/** One search of an image. */
export interface Pass {
  readonly input: ImageInput;
  /** Largest face that counts, in pixels of the image. */
  readonly largestFace: number;
}

/** The searches of an image with this longest side, finest last. */
export function passesOf(
  longest: number,
  { input, coarsePass }: Pick<ManifestOf<"face-detector">, "input" | "coarsePass">,
): Pass[] {
  const sole: Pass = { input, largestFace: Number.POSITIVE_INFINITY };
  if (!coarsePass || input.fit !== "scale-down") return [sole];
  const side = Math.min(longest, input.maxSide);
  if (side <= coarsePass.maxSide) return [sole];
  return [
    { ...sole, input: { ...input, maxSide: coarsePass.maxSide } },
    { input, largestFace: (coarsePass.largestFace * longest) / side },
  ];
}

export interface FaceDetector extends Runner {
  readonly hasLandmarks: boolean;
  /** All faces of an image, best first. Repeated searches of one image are done once. */
  find(image: InputImage, options: AnalysisOptions, checkTime: CheckTime): Promise<readonly FoundFace[]>;
}

/** Whether the network gives landmarks. Networks of the layout `scrfd` may have none. */
export function givesLandmarks(layout: ManifestOf<"face-detector">["layout"], { outputs }: NetworkForm): boolean {
  return layout !== "scrfd" || scrfdHasLandmarks(outputs);
}

/** @throws Error if the network cannot be used. */
export async function loadFaceDetector(runtime: Runtime, model: LoadableModel): Promise<FaceDetector> {
  const manifest = model.manifest as ManifestOf<"face-detector">;
  const { layout, thresholds, name } = manifest;
  const network = await runtime.openNetwork(model.paths.model as string, model.manifest.providers);
  checkInput(network.form.input, shapeOfAll(manifest.input));

  const search: FaceDetector["find"] = async ({ color }, { scoreThreshold = thresholds.score }, checkTime) => {
    const found: FoundFace[] = [];
    for (const { input, largestFace } of passesOf(Math.max(color.cols, color.rows), manifest)) {
      const placement = placementOf(color.cols, color.rows, input);
      const values = tensorOf(runtime.cv, color, input, placement);
      const faces = await network.run(values, shapeOf(input, placement), (outputs) =>
        layouts[layout](outputs, placement, scoreThreshold),
      );
      const inImage = faces.map((face) => faceInImage(face, placement));
      found.push(
        ...inImage.filter(({ corners: [left, top, right, bottom] }) => {
          return Math.max(right - left, bottom - top) <= largestFace;
        }),
      );
    }
    return suppress(found, thresholds.overlap, checkTime);
  };
  const find: FaceDetector["find"] = (image, options, checkTime) =>
    image.once(name, () => search(image, options, checkTime));

  return {
    hasLandmarks: givesLandmarks(layout, network.form),
    find,
    network,
    async run(image, options, checkTime) {
      const faces = await find(image, options, checkTime);
      return { faces: faces.flatMap((face) => toFace(face, image.color.cols, image.color.rows)) };
    },
  };
}

function faceInImage({ corners, score, landmarks }: FoundFace, placement: Placement): FoundFace {
  return {
    corners: cornersInImage(corners, placement),
    score,
    ...(landmarks && { landmarks: landmarks.map((point) => pointInImage(point, placement)) }),
  };
}

/** A face as reported; empty if it lies outside the image. */
function toFace({ corners, score, landmarks }: FoundFace, width: number, height: number): Face[] {
  const box = toBox(corners, width, height);
  if (!box) return [];
  const points = landmarks?.map(([x, y]): [number, number] => [rounded(x, 2), rounded(y, 2)]);
  return [{ box, score: rounded(score), ...(points && { landmarks: points }) }];
}
