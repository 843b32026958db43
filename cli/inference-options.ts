/** Options of commands for the models that process images. */
import { type Command, Option } from "commander";
import type { ProcessQuery } from "../client/sightline-client.ts";
import { DEFAULT_TOP_K } from "../lib/contracts/default-options.ts";
import { FACES_HAAR } from "../lib/contracts/model-name.ts";
import { AnalysisOptions, DetectionOptions } from "../lib/contracts/options.ts";
import { givenOnly, joined } from "./command.ts";
import { modelNames, suggesting } from "./completion/suggestions.ts";
import { numberOption } from "./contract-option.ts";

export type InferenceOptions = Pick<
  ProcessQuery,
  "models" | "scaleFactor" | "minNeighbors" | "minSize" | "scoreThreshold" | "topK"
>;

export function withInferenceOptions(command: Command): Command {
  const { scaleFactor, minNeighbors, minSize } = DetectionOptions.properties;
  const { scoreThreshold, topK } = AnalysisOptions.properties;
  const models = `models to run, separated by commas (default: ${FACES_HAAR})`;
  return [
    suggesting(new Option("--models <names>", models).argParser(joined), modelNames),
    numberOption("--scale-factor <number>", "faces-haar: growth of the search window from step to step", scaleFactor),
    numberOption("--min-neighbors <number>", "faces-haar: overlapping windows a face needs", minNeighbors),
    numberOption("--min-size <pixels>", "faces-haar: width and height of the smallest face that is reported", minSize),
    numberOption(
      "--score-threshold <number>",
      "other models: lowest score of a face or object",
      scoreThreshold,
      "each model's own",
    ),
    numberOption("--top-k <number>", "classification: number of classes", topK, DEFAULT_TOP_K),
  ].reduce((taking, option) => taking.addOption(option), command);
}

/** The options of a command that are given. */
export function inferenceQuery(options: InferenceOptions): InferenceOptions {
  const { models, scaleFactor, minNeighbors, minSize, scoreThreshold, topK } = options;
  return givenOnly({ models, scaleFactor, minNeighbors, minSize, scoreThreshold, topK });
}
