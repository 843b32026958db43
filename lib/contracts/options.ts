import { type Static, Type } from "typebox";
import { failure } from "../errors.ts";
import { DEFAULT_TOP_K, defaultDetectionOptions } from "./default-options.ts";
import type { Model } from "./model.ts";
import { FACES_HAAR } from "./model-name.ts";

/** Options of `faces-haar`, as in OpenCV's `detectMultiScale`. */
export const DetectionOptions = Type.Object(
  {
    scaleFactor: Type.Number({
      minimum: 1.01,
      maximum: 4,
      default: defaultDetectionOptions.scaleFactor,
      description: "How much the search window grows from one scale to the next.",
    }),
    minNeighbors: Type.Integer({
      minimum: 0,
      maximum: 100,
      default: defaultDetectionOptions.minNeighbors,
      description: "Minimum number of overlapping windows per face. 0 returns every window, ungrouped.",
    }),
    minSize: Type.Integer({
      minimum: 24,
      maximum: 10_000,
      default: defaultDetectionOptions.minSize,
      description:
        "Width and height of the smallest face reported, in pixels. In an image into which no window of the search from this size on fits, the largest window that fits is searched, as in OpenCV: the faces found there are smaller.",
    }),
  },
  { additionalProperties: false },
);
export type DetectionOptions = Static<typeof DetectionOptions>;

/** Options of the models named in `models`. */
export const AnalysisOptions = Type.Object(
  {
    scoreThreshold: Type.Optional(
      Type.Number({
        minimum: 0.05,
        maximum: 1,
        description:
          "Minimum score of a face or object; overrides each model's own threshold. Only with `models`, one of which must detect faces or objects, or encode faces.",
      }),
    ),
    topK: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: `Number of classes reported by image classification; ${DEFAULT_TOP_K} by default. Only with \`models\`, one of which must classify images.`,
      }),
    ),
  },
  { additionalProperties: false },
);

/** Options of all models. */
export const ModelOptions = Type.Object(
  { ...Type.Partial(DetectionOptions).properties, ...AnalysisOptions.properties },
  { additionalProperties: false },
);
export type ModelOptions = Static<typeof ModelOptions>;

/** The tasks of the models that take each of the `AnalysisOptions`. `faces-haar` takes none of them. */
const tasksOf: Readonly<Record<keyof Static<typeof AnalysisOptions>, readonly Model["task"][]>> = {
  scoreThreshold: ["face-detection", "face-encoding", "object-detection"],
  topK: ["image-classification"],
};

/** The given options that depend on the tasks of the models: see `checkOptionsByTask`. */
export function optionsOfTasks(options: ModelOptions): (keyof typeof tasksOf)[] {
  return (["scoreThreshold", "topK"] as const).filter((name) => options[name] !== undefined);
}

/** @param models All models of the request. @throws INVALID_OPTION for an option that none of them takes. */
export function checkOptionsByTask(models: readonly Pick<Model, "name" | "task">[], options: ModelOptions): void {
  const takes = (option: keyof typeof tasksOf) =>
    models.some(({ name, task }) => name !== FACES_HAAR && tasksOf[option].includes(task));
  const unused = optionsOfTasks(options).filter((option) => !takes(option));
  if (unused.length > 0)
    throw failure("INVALID_OPTION", `The request names no model that takes ${unused.join(" or ")}.`);
}

/**
 * Checks what can be told from the names of the models alone.
 * @throws INVALID_OPTION for options of `faces-haar` if it does not run, and for options of other models if none of
 *   them runs.
 */
export function checkOptionsByName(models: readonly string[] = [FACES_HAAR], options: ModelOptions): void {
  const given = (schema: { readonly properties: object }) =>
    Object.keys(schema.properties).filter((name) => options[name as keyof ModelOptions] !== undefined);
  const ofHaar = models.includes(FACES_HAAR) ? [] : given(DetectionOptions);
  if (ofHaar.length > 0)
    throw failure("INVALID_OPTION", `Only ${FACES_HAAR} takes ${ofHaar.join(", ")}, and the request does not name it.`);
  const ofOthers = models.some((name) => name !== FACES_HAAR) ? [] : given(AnalysisOptions);
  if (ofOthers.length > 0)
    throw failure("INVALID_OPTION", `${FACES_HAAR} takes no ${ofOthers.join(", ")}: name other models in \`models\`.`);
}
