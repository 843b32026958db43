/** Validates a client's tensor for a network. Pure. */
import type { NetworkForm } from "../../contracts/model.ts";
import { failure } from "../../errors.ts";

/**
 * Maximum values of a tensor: the size of the largest `faces-yunet` input. Networks do not free memory that they once
 * needed.
 */
const MAX_VALUES = 3 * 1600 * 1600;

/**
 * @throws INVALID_TENSOR if there is no network, it does not take the shape, or the byte count does not match the
 *   shape.
 */
export function checkTensor(network: NetworkForm | undefined, shape: readonly number[], bytes: number): void {
  if (!network) throw failure("INVALID_TENSOR", "The model takes images only.");
  const { name, shape: expected } = network.input;
  const fits = shape.length === expected.length && expected.every((size, at) => size === -1 || size === shape[at]);
  if (!fits || shape.some((size) => size < 1))
    throw failure("INVALID_TENSOR", `${name} has the shape [${shape}] instead of [${expected}].`, { expected });
  checkSize(name, shape, bytes, Float32Array.BYTES_PER_ELEMENT);
}

/** @throws INVALID_TENSOR if the shape is larger than any network takes, or does not match the number of bytes. */
export function checkSize(name: string, shape: readonly number[], bytes: number, bytesPerValue: number): void {
  const values = shape.reduce((product, size) => product * size, 1);
  if (values > MAX_VALUES) throw failure("INVALID_TENSOR", `${name} has more than ${MAX_VALUES} values.`);
  if (bytes === values * bytesPerValue) return;
  const detail = `${name} has ${bytes} bytes, which are not those of ${values} values of ${bytesPerValue}.`;
  throw failure("INVALID_TENSOR", detail);
}
