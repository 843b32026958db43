import { type Static, Type } from "typebox";

export const HaarEngineState = Type.Object({
  name: Type.Enum(["exact", "opencv"], { description: "Both give the same boxes; `exact` is about ten times faster." }),
  instructionSet: Type.Optional(Type.Enum(["avx2", "sse2", "portable"])),
  fallbackReason: Type.Optional(Type.String({ description: "Why OpenCV's engine stands in for ours." })),
});
export type HaarEngineState = Static<typeof HaarEngineState>;

export const Model = Type.Object({
  name: Type.Literal("faces-haar"),
  task: Type.Literal("face-detection"),
  version: Type.String({ description: "The version of the trained cascade." }),
  licence: Type.String(),
  engine: HaarEngineState,
  state: Type.Literal("ready"),
});
export type Model = Static<typeof Model>;

export const ModelPage = Type.Object({ items: Type.Array(Model) });
