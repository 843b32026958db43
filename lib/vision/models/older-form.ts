/**
 * Manifests from before kinds had layouts: each kind of model was one network, and implied what the entry says now.
 * They are translated when they are read.
 */
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;
const size = Type.Integer({ minimum: 32, maximum: 4096, multipleOf: 32 });
const side = Type.Integer({ minimum: 32, maximum: 4096 });
const triple = Type.Array(Type.Number(), { minItems: 3, maxItems: 3 });

/** The fields of each kind that have another form now. Other fields are unchanged. */
export const olderKinds = {
  yunet: Type.Object({
    kind: Type.Literal("yunet"),
    input: Type.Union([Type.Object({ maxSide: side }, closed), Type.Object({ size }, closed)]),
  }),
  mobilefacenet: Type.Object({ kind: Type.Literal("mobilefacenet") }),
  "imagenet-classifier": Type.Object({
    kind: Type.Literal("imagenet-classifier"),
    input: Type.Object({ size: side, resize: side, mean: triple, deviation: triple }, closed),
  }),
  yolox: Type.Object({ kind: Type.Literal("yolox"), input: Type.Object({ size }, closed) }),
};

export type OlderEntry = {
  [Kind in keyof typeof olderKinds]: Static<(typeof olderKinds)[Kind]>;
}[keyof typeof olderKinds];

/** The entry in the present form. */
export function translated(entry: OlderEntry): object {
  switch (entry.kind) {
    case "yunet": {
      const { input } = entry;
      const colors = { colors: "bgr", padding: 0 };
      const present = { ...entry, kind: "face-detector", layout: "yunet" };
      if ("size" in input) {
        const square = { width: input.size, height: input.size };
        return { ...present, input: { fit: "letterbox", ...square, position: "corner", enlarge: false, ...colors } };
      }
      return {
        ...present,
        input: { fit: "scale-down", maxSide: input.maxSide, stride: 32, ...colors },
        coarsePass: { maxSide: 416, largestFace: 256 },
      };
    }
    case "mobilefacenet": {
      const normalised = { mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] };
      return { ...entry, kind: "face-encoder", input: { colors: "rgb", ...normalised } };
    }
    case "imagenet-classifier": {
      const { size, resize, mean, deviation } = entry.input;
      const input = { fit: "crop", width: size, height: size, shortSide: resize, colors: "rgb", mean, deviation };
      return { ...entry, kind: "classifier", layout: "logits", input };
    }
    case "yolox": {
      const square = { width: entry.input.size, height: entry.input.size };
      const input = { fit: "letterbox", ...square, padding: 114, position: "corner", colors: "bgr" };
      return { ...entry, kind: "object-detector", layout: "yolox", input };
    }
  }
}
