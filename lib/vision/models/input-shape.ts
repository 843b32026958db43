/** Shapes of the networks' inputs. Pure. */
import type { TensorForm } from "../../contracts/model.ts";
import type { Size } from "../size.ts";
import type { ImageInput, TensorInput } from "./input.ts";
import { shapeText } from "./layouts/outputs.ts";

/** The input shape for an image of this size. */
export function shapeOf({ axes }: Pick<TensorInput, "axes">, { width, height }: Size): number[] {
  return axes === "nchw" ? [1, 3, height, width] : [1, height, width, 3];
}

/** The input shape for all images; -1 stands for any size. */
export function shapeOfAll(input: ImageInput): number[] {
  return shapeOf(input, input.fit === "scale-down" ? { width: -1, height: -1 } : input);
}

/** @throws Error if the network does not take tensors of the shape. */
export function checkInput({ name, shape }: TensorForm, needed: readonly number[]): void {
  const fits = shape.length === needed.length && shape.every((size, at) => size === -1 || size === needed[at]);
  if (!fits)
    throw new Error(`The input \`${name}\` has the shape ${shapeText(shape)}; the manifest says ${shapeText(needed)}.`);
}
