/** What a pool of threads is started with, in tests that do not care. */
export const poolSettings = {
  maxImagePixels: 64_000_000,
  maxSearchWindows: 200_000_000,
  imageMemoryBytes: 2 ** 30,
  haarEngine: "auto" as const,
  opencvThreads: 1,
};
