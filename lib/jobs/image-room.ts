import { Semaphore } from "async-mutex";

/** Room that a node has at detectors for images of jobs. It is taken for a whole parcel at a time. */
export class ImageRoom {
  readonly #free: Semaphore;
  readonly #ofParcel: number;

  /** @param images Total room. @param ofParcel Maximum room for a parcel. */
  constructor(images: number, ofParcel: number) {
    this.#free = new Semaphore(images);
    this.#ofParcel = ofParcel;
  }

  /** Waits for room for a parcel, in the order of the calls. */
  async take(): Promise<TakenRoom> {
    await this.#free.acquire(this.#ofParcel);
    return new TakenRoom(this.#free, this.#ofParcel);
  }
}

export class TakenRoom {
  readonly #free: Semaphore;
  #images: number;

  constructor(free: Semaphore, images: number) {
    this.#free = free;
    this.#images = images;
  }

  /** Number of images that the room is for. */
  get images(): number {
    return this.#images;
  }

  /** Returns the room beyond `images`, because a parcel of large or slow images has fewer. */
  shrink(images: number): void {
    const unneeded = this.#images - images;
    if (unneeded <= 0) return;
    this.#images = images;
    this.#free.release(unneeded);
  }

  /** Returns all of the room. */
  [Symbol.dispose](): void {
    this.shrink(0);
  }
}
