/**
 * Limit for a test or hook that may be the first to install or build a program, which takes minutes on a busy machine.
 */
export const INSTALL_TIMEOUT_MS = 1_200_000;
