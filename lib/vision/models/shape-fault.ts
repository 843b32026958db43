/**
 * Checks before a run, in `InferenceSession::CheckShapes` and `CheckInputs` of onnxruntime's inference_session.cc: the
 * rank, the sizes, the type.
 */
const OF_INPUT = /^(Got invalid dimensions|Invalid rank|Unexpected input data type)/;
/** A node in the middle of the network that meets sizes which do not fit together. */
const OF_NODE = /^Non-zero status code returned while running /;
const ABOUT_SHAPE = /\b(dimensions?|dims|broadcast|shapes?|axis|axes|rank|reshaped)\b/i;
const ABOUT_MEMORY = /\ballocat|\bbad_alloc\b|\bout of memory\b/i;

/**
 * Whether onnxruntime failed since the network cannot take a tensor of this shape. Its errors have no code in Node, so
 * this goes by their words, which a test holds for the version that is installed. What is not known, such as a lack of
 * memory, is the runtime's own fault.
 */
export function isShapeFault(error: unknown): boolean {
  const text = error instanceof Error ? error.message : "";
  if (ABOUT_MEMORY.test(text)) return false;
  return OF_INPUT.test(text) || (OF_NODE.test(text) && ABOUT_SHAPE.test(text));
}
