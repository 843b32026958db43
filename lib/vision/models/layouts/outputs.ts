/** The outputs of a network, with the shapes that a layout needs. Pure. */
import type { OutputTensor } from "../runtime.ts";

export type Outputs = readonly OutputTensor[];

/** For messages. -1 stands for any size. */
export function shapeText(shape: readonly number[]): string {
  return shape.map((size) => (size === -1 ? "?" : size)).join("×");
}

/** An output of another shape than its layout needs. */
export function shapeMismatch({ name, shape }: OutputTensor, layout: string, needed: string): Error {
  return new Error(`The output \`${name}\` has the shape ${shapeText(shape)}; the layout ${layout} needs ${needed}.`);
}

/** @throws Error if there are more outputs, or none. */
export function soleOutput(outputs: Outputs, layout: string): OutputTensor {
  const [output, another] = outputs;
  if (!output || another) throw outputsMismatch(outputs, layout, "one output");
  return output;
}

/** Other outputs than a layout needs. */
export function outputsMismatch(outputs: Outputs, layout: string, needed: string): Error {
  const found = outputs.map(({ name, shape }) => `\`${name}\` (${shapeText(shape)})`).join(", ");
  return new Error(`The network has the outputs ${found}; the layout ${layout} needs ${needed}.`);
}

/**
 * The values of an output of so many rows and columns; dimensions of 1 before them are allowed.
 * @throws Error if it has another shape.
 */
export function tableOf(output: OutputTensor, layout: string, rows: number, columns: number): Float32Array {
  const { shape, values } = output;
  if (shape.at(-1) !== columns || shape.at(-2) !== rows || values.length !== rows * columns)
    throw shapeMismatch(output, layout, shapeText([1, rows, columns]));
  return values;
}

/** The class with the highest score; the first of equal ones. */
export function bestClass(classes: number, scoreOf: (index: number) => number): [index: number, score: number] {
  let [best, score] = [0, scoreOf(0)];
  for (let index = 1; index < classes; index++) {
    const other = scoreOf(index);
    if (other > score) [best, score] = [index, other];
  }
  return [best, score];
}
