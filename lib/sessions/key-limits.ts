/** What may be done with one key, and with the sessions opened with it. A limit that is absent is none. */
export interface KeyLimits {
  readonly requestsPerMinute?: number;
  /** Images that are accepted, to be processed at once or as part of a job. */
  readonly imagesPerMinute?: number;
  /** Bytes of images that are kept for the jobs of its owner. */
  readonly storedBytes?: number;
}
