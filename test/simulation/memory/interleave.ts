/**
 * Called by a store between steps that its port does not promise to be one: others may act meanwhile. Undefined if
 * nobody does now.
 */
export type Interleave = () => Promise<void> | undefined;

export const never: Interleave = () => undefined;
