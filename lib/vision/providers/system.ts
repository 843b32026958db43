/** What this machine has of what a provider needs. */
import { readdirSync } from "node:fs";
import type { SystemLibrary } from "./cuda.ts";

/**
 * Whether there is a graphics card of NVIDIA with its driver: its device files, or that of Windows'
 * subsystem for Linux.
 */
export function hasNvidiaGpu(devices: readonly string[] = readdirSync("/dev")): boolean {
  return devices.some((name) => /^nvidia\d+$/.test(name) || name === "dxg");
}

/** The libraries that the loader of this process does not find, where it looks for those of a provider too. */
export function missingLibraries(libraries: readonly SystemLibrary[]): SystemLibrary[] {
  return libraries.filter(({ name }) => !isFound(name));
}

function isFound(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    // A library that is no addon of Node is loaded, and refused only then.
    return (error as Error).message.includes("did not self-register");
  }
}
