/** Checks that the outputs of a network have the shapes that a layout needs. Pure. */
import type { OutputTensor } from "../runtime.ts";

export type Outputs = readonly OutputTensor[];

/** A shape for messages. -1 stands for any size. */
export function shapeText(shape: readonly number[]): string {
  return shape.map((size) => (size === -1 ? "?" : size)).join("×");
}

/** The error for an output whose shape differs from what its layout needs. */
export function shapeMismatch({ name, shape }: OutputTensor, layout: string, needed: string): Error {
  return new Error(`The output \`${name}\` has the shape ${shapeText(shape)}; the layout ${layout} needs ${needed}.`);
}

/** @throws Error if there are more outputs, or none. */
export function soleOutput(outputs: Outputs, layout: string): OutputTensor {
  const [output, another] = outputs;
  if (!output || another) throw outputsMismatch(outputs, layout, "one output");
  return output;
}

/** The error for outputs that differ from what a layout needs. */
export function outputsMismatch(outputs: Outputs, layout: string, needed: string): Error {
  const found = outputs.map(({ name, shape }) => `\`${name}\` (${shapeText(shape)})`).join(", ");
  return new Error(`The network has the outputs ${found}; the layout ${layout} needs ${needed}.`);
}

/**
 * The values of an output with this many rows and columns. Dimensions of 1 before them are allowed.
 * @throws Error if the output has another shape.
 */
export function tableOf(output: OutputTensor, layout: string, rows: number, columns: number): Float32Array {
  const { shape, values } = output;
  if (shape.at(-1) !== columns || shape.at(-2) !== rows || values.length !== rows * columns)
    throw shapeMismatch(output, layout, shapeText([1, rows, columns]));
  return values;
}

/** The class with the highest score; the first one on a tie. */
export function bestClass(classes: number, scoreOf: (index: number) => number): [index: number, score: number] {
  let [best, score] = [0, scoreOf(0)];
  for (let index = 1; index < classes; index++) {
    const other = scoreOf(index);
    if (other > score) [best, score] = [index, other];
  }
  return [best, score];
}
