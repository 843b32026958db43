/** For a test or hook that may be the first to install or build a program: minutes, on a machine that others use. */
export const INSTALL_TIMEOUT_MS = 1_200_000;
