/** The vision worker, except that it cannot describe itself. */
export { default } from "../../../workers/vision.worker.ts";

export function describe(): never {
  throw new Error("a fault in the worker");
}
