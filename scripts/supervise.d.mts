/** The parts of `supervise.mjs` that others use. */
interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
}
export function machineOf(node?: string): Machine;
export function processCount(env: NodeJS.ProcessEnv, machine?: Machine): number;
export function isPortFree(env: NodeJS.ProcessEnv): Promise<boolean>;
export const COMPILE_CACHE: { readonly NODE_COMPILE_CACHE: string };
