/** Limits on the use of one key and of the sessions opened with it. An absent limit means no limit. */
export interface KeyLimits {
  readonly requestsPerMinute?: number;
  /** Images that are accepted, either to be processed at once or as part of a job. */
  readonly imagesPerMinute?: number;
  /** Bytes of images that are kept for the jobs of the key's owner. */
  readonly storedBytes?: number;
}
