/** Checks whether this machine has what a provider needs. */
import { readdirSync } from "node:fs";
import type { SystemLibrary } from "./cuda.ts";

/**
 * Whether there is an NVIDIA graphics card with its driver: its device files, or the device of Windows' subsystem for
 * Linux.
 */
export function hasNvidiaGpu(devices: readonly string[] = readdirSync("/dev")): boolean {
  return devices.some((name) => /^nvidia\d+$/.test(name) || name === "dxg");
}

/**
 * The libraries that the loader of this process does not find. It searches for a provider's libraries in the same way.
 */
export function missingLibraries(libraries: readonly SystemLibrary[]): SystemLibrary[] {
  return libraries.filter(({ name }) => !isFound(name));
}

function isFound(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    // The loader found the library: a library that is no Node addon is loaded, and refused only then.
    return (error as Error).message.includes("did not self-register");
  }
}
