/**
 * Defaults of options that a request leaves out. The file has no schemas, because the threads of a detector import it
 * and would all load TypeBox.
 */

/** The values that produce the golden boxes. */
export const defaultDetectionOptions = Object.freeze({ scaleFactor: 1.1, minNeighbors: 6, minSize: 96 });

/** Number of classes that image classification reports. */
export const DEFAULT_TOP_K = 5;
