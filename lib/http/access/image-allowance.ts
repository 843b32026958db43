/**
 * Counts the images of a request for its key, whose limit they share with those of other requests. The request must be
 * admitted first: one that is refused for want of capacity counts nothing.
 */
import type { GatewayRequest } from "../gateway/gateway-request.ts";

export class ImageAllowance {
  readonly #request: GatewayRequest;
  /** Images that are counted but have not arrived yet. */
  #ahead = 0;
  #last: Promise<void> = Promise.resolve();
  /** Functions that take back what was counted. */
  readonly #counted: (() => void)[] = [];

  constructor(request: GatewayRequest) {
    this.#request = request;
  }

  /** Counts images before they arrive, all of them or none. @throws RATE_LIMITED */
  async expect(images: number): Promise<void> {
    await this.#count(images);
    this.#ahead += images;
  }

  /**
   * Counts an image that has arrived. Images are counted in the order of arrival, so that the last ones are refused.
   * @throws RATE_LIMITED
   */
  take(): Promise<void> {
    const taken = this.#last.then(async () => {
      if (this.#ahead > 0) this.#ahead -= 1;
      else await this.#count(1);
    });
    this.#last = taken.catch(() => {});
    return taken;
  }

  /** Takes everything back that was counted, because an earlier request has counted the images. */
  takeBack(): void {
    for (const takeBack of this.#counted.splice(0)) takeBack();
  }

  async #count(points: number): Promise<void> {
    const { $identity, $service } = this.#request;
    const { imagesPerMinute = 0 } = $identity?.limits ?? {};
    const client = $identity?.keyId ?? "";
    if (points > 0)
      this.#counted.push(await $service.limits.keyImages.count({ client, perMinute: imagesPerMinute, points }));
  }
}
