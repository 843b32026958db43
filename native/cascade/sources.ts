/** The sources of the addon, for its build and for the sanitizer run. Paths are relative to this folder. */
import { arch } from "node:process";

export const SOURCES = [
  "detector.cpp",
  "grouping.cpp",
  "instruction-set.cpp",
  "layout.cpp",
  "loader.cpp",
  "plan.cpp",
  "resample.cpp",
  "scales.cpp",
  "xml.cpp",
];

/** The inner loops, with the flags of their instruction set. */
export const KERNELS = [
  { source: "kernels/kernels-portable.cpp", extra: [] as string[] },
  ...(arch === "x64"
    ? [
        { source: "kernels/kernels-sse2.cpp", extra: [] },
        { source: "kernels/kernels-avx2.cpp", extra: ["-mavx2"] },
      ]
    : []),
];

/** Flags of every unit. -fno-math-errno lets a square root be one instruction. */
export const FLAGS = ["-std=c++17", "-O3", "-Wall", "-Wextra", "-ffp-contract=off", "-fno-math-errno"];
