/**
 * Messages of onnxruntime's checks before a run: `CheckShapes` and `CheckInputs` in inference_session.cc, for rank,
 * dimensions and type.
 */
const OF_INPUT = /^(Got invalid dimensions|Invalid rank|Unexpected input data type)/;
/** Beginning of the message for a node inside the network whose input dimensions do not match. */
const OF_NODE = /^Non-zero status code returned while running /;
const ABOUT_SHAPE = /\b(dimensions?|dims|broadcast|shapes?|axis|axes|rank|reshaped)\b/i;
const ABOUT_MEMORY = /\ballocat|\bbad_alloc\b|\bout of memory\b/i;

/**
 * Whether onnxruntime failed because the network cannot take a tensor of this shape. Its errors have no code in Node,
 * so this matches their messages, which a test checks against the installed version. Any other error, such as a lack of
 * memory, is a fault of the runtime.
 */
export function isShapeFault(error: unknown): boolean {
  const text = error instanceof Error ? error.message : "";
  if (ABOUT_MEMORY.test(text)) return false;
  return OF_INPUT.test(text) || (OF_NODE.test(text) && ABOUT_SHAPE.test(text));
}
