/** Findings of models in images, as text for tables. */
import type { components } from "../client/api-types.ts";
import { boxText, facesOf } from "../client/faces.ts";

type Schemas = components["schemas"];
type ModelResult = Schemas["ModelResult"];
export type Findings = Pick<Schemas["Receipt"], "faces" | "results">;

/** The findings of each model by its name. The name is empty for an image that was processed without named models. */
export function findingsByModel({ results, faces = [] }: Findings): [model: string, text: string][] {
  if (!results) return [["", facesOf({ faces }).map(boxText).join(" ")]];
  return Object.entries(results).map(([model, result]) => [model, findingsText(result)]);
}

/**
 * `[182, 65, 89, 112] 0.95 encoded in 128 numbers`, `Egyptian cat 0.65; tabby, tabby cat 0.13`: labels are separated by
 * semicolons, since a label may contain commas.
 */
function findingsText({ faces = [], labels = [], objects = [] }: ModelResult): string {
  return [
    ...faces.map(({ box, score, encoding }) => scored(boxText({ box }), score) + encodedText(encoding)),
    ...labels.map(({ label, score }) => scored(label, score)),
    ...objects.map(({ label, box, score }) => scored(`${label} ${boxText({ box })}`, score)),
  ].join("; ");
}

function scored(text: string, score?: number): string {
  return score === undefined ? text : `${text} ${score.toFixed(2)}`;
}

function encodedText(encoding?: readonly number[]): string {
  return encoding ? ` encoded in ${encoding.length} numbers` : "";
}
