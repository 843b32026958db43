/** What may be done with one key, and with the sessions opened with it. A limit that is absent is none. */
export interface KeyLimits {
  readonly requestsPerMinute?: number;
  /** Images that are accepted, to be processed at once or as part of a job. */
  readonly imagesPerMinute?: number;
}
