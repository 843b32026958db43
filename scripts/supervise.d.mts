/** The parts of `supervise.mjs` that others use. */
export function processCount(env: NodeJS.ProcessEnv): number;
export function isPortFree(env: NodeJS.ProcessEnv): Promise<boolean>;
export const COMPILE_CACHE: { readonly NODE_COMPILE_CACHE: string };
