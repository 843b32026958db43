/**
 * Options that a request leaves out. Without schemas: the threads of a detector import this, and would
 * all load TypeBox.
 */

/** The values that produce the golden boxes. */
export const defaultDetectionOptions = Object.freeze({ scaleFactor: 1.1, minNeighbors: 6, minSize: 96 });

/** Classes that image classification reports. */
export const DEFAULT_TOP_K = 5;
