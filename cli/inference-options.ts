/** The models that process images, and their options, as the commands take them. */
import type { Command } from "commander";
import type { ProcessQuery } from "../client/sightline-client.ts";
import { decimal, givenOnly, wholeNumber } from "./command.ts";

export type InferenceOptions = Pick<
  ProcessQuery,
  "models" | "scaleFactor" | "minNeighbors" | "minSize" | "scoreThreshold" | "topK"
>;

export function withInferenceOptions(command: Command): Command {
  return command
    .option("--models <names>", "models to run, separated by commas; `faces-haar` if none are named")
    .option("--scale-factor <number>", "faces-haar: growth of the search window", decimal(1.01, 4))
    .option("--min-neighbors <number>", "faces-haar: overlapping windows a face needs", wholeNumber(0, 100))
    .option("--min-size <pixels>", "faces-haar: smallest face that is reported", wholeNumber(24, 10_000))
    .option("--score-threshold <number>", "other models: lowest score of a face or object", decimal(0.05, 1))
    .option("--top-k <number>", "classification: number of classes", wholeNumber(1, 1000));
}

/** Those of a command's options that are given. */
export function inferenceQuery(options: InferenceOptions): InferenceOptions {
  const { models, scaleFactor, minNeighbors, minSize, scoreThreshold, topK } = options;
  return givenOnly({ models, scaleFactor, minNeighbors, minSize, scoreThreshold, topK });
}
