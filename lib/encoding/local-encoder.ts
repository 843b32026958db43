/** Encoder backed by a model of our own detectors. */
import type { ImageReference } from "../contracts/image-source.ts";
import type { Model } from "../contracts/model.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { failure, modelUnavailable } from "../errors.ts";
import { countDone } from "../telemetry/detections.ts";
import { type EncodedFace, type Encoder, type EncoderModel, type EncoderRequest, FACE_ENCODING } from "./encoding.ts";

export interface Detectors {
  /** Reads the description of the model `face-encoding`. */
  readonly model: () => Promise<Model>;
  readonly detect: (
    image: Buffer | ImageReference,
    request: EncoderRequest & { readonly models: readonly string[] },
  ) => Promise<Detection | Analysis>;
}

/** How long the model is cached. A detector replaced by another version is noticed then, or with its first result. */
const MODEL_KNOWN_MS = 5_000;

export function localEncoder({ model: ask, detect }: Detectors): Encoder {
  let known: { readonly model: EncoderModel; readonly until: number } | undefined;
  return {
    async model() {
      if (known && performance.now() < known.until) return known.model;
      const model = describe(await ask());
      known = { model, until: performance.now() + MODEL_KNOWN_MS };
      return model;
    },

    async encode(image, request) {
      const answer = await detect(image, { ...request, models: [FACE_ENCODING] });
      const result = "results" in answer && answer.results[FACE_ENCODING];
      if (!result || !("faces" in result)) throw failure("INTERNAL_ERROR", "The detector gave no encodings.");
      const { width, height, timings } = answer;
      if (result.version !== known?.model.version) known = undefined;
      return { version: result.version, width, height, faces: result.faces as EncodedFace[], timings };
    },

    countAgain({ version, timings }) {
      countDone(timings, [{ name: FACE_ENCODING, version, milliseconds: timings.perModelMs[FACE_ENCODING] ?? 0 }]);
    },
  };
}

function describe({ name, version, state, reason, thresholds, quality, network }: Model): EncoderModel {
  if (state === "unavailable") throw modelUnavailable(name, reason ?? "no reason is known");
  const { samePerson } = thresholds;
  const dimensions = network?.outputs[0]?.shape.at(-1) ?? -1;
  return {
    ...{ name, version, quality },
    ...(dimensions > 0 && { dimensions }),
    ...(samePerson !== undefined && { samePerson }),
  };
}
