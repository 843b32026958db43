/** Path of the Node that runs the service. */
export const node: string;
/** Fetches the pinned Node if it is missing. @returns its folder. */
export function pinnedNode(): string;
/** Runs the pending steps. */
export function setup(): void;
