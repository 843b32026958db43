/** Kind `classifier`: what an image shows, as classes with scores. */
import { DEFAULT_TOP_K } from "../../contracts/default-options.ts";
import type { LabelScore } from "../../contracts/results.ts";
import { rounded } from "./boxes.ts";
import type { ManifestOf } from "./entry.ts";
import { checkInput, shapeOf, shapeOfAll } from "./input-shape.ts";
import { type Label, readLabels } from "./labels.ts";
import { type Outputs, shapeMismatch, soleOutput } from "./layouts/outputs.ts";
import { placementOf, tensorOf } from "./preprocessing.ts";
import type { LoadableModel, Runner, Runtime } from "./runtime.ts";

/** Converts logits to probabilities. */
export function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const largest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  // Shifted for numerical stability: the largest power is 1.
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The most probable classes, best first. */
export function topLabels(probabilities: readonly number[], labels: readonly Label[], count: number): LabelScore[] {
  return probabilities
    .map((score, index) => ({ score, index }))
    .sort((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ score, index }) => ({ ...(labels[index] as Label), score: rounded(score) }));
}

/** @throws Error if the network cannot be used. */
export async function loadClassifier(runtime: Runtime, model: LoadableModel): Promise<Runner> {
  const { input, layout } = model.manifest as ManifestOf<"classifier">;
  const labels = readLabels(model.paths.labels as string);
  const network = await runtime.openNetwork(model.paths.model as string, model.manifest.providers);
  checkInput(network.form.input, shapeOfAll(input));

  const probabilitiesOf = (outputs: Outputs): number[] => {
    const output = soleOutput(outputs, layout);
    if (output.values.length !== labels.length || output.shape.at(-1) !== labels.length)
      throw shapeMismatch(output, layout, `1×${labels.length} with this file of labels`);
    const probabilities = layout === "logits" ? softmax(output.values) : Array.from(output.values);
    if (!probabilities.every(Number.isFinite)) throw new Error("The network's output has something that is no number.");
    return probabilities;
  };
  return {
    network,
    async run({ color }, { topK = DEFAULT_TOP_K }) {
      const placement = placementOf(color.cols, color.rows, input);
      const values = tensorOf(runtime.cv, color, input, placement);
      const probabilities = await network.run(values, shapeOf(input, placement), probabilitiesOf);
      return { labels: topLabels(probabilities, labels, topK) };
    },
  };
}
