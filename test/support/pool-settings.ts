/** Default settings of a thread pool, for tests that do not depend on them. */
export const poolSettings = {
  maxImagePixels: 64_000_000,
  maxSearchWindows: 200_000_000,
  imageMemoryBytes: 2 ** 30,
  haarEngine: "auto" as const,
  opencvThreads: 1,
};
