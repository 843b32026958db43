/** The part of `supervise.mjs` that the tests use. */
export function processCount(env: NodeJS.ProcessEnv): number;
