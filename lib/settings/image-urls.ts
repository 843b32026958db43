/** Settings of images that requests name by URL. */
import { hostPatterns, ports } from "./address.ts";
import { choice, flag, integer } from "./setting.ts";

export const imageUrlsSettings = {
  imageUrls: choice(
    "IMAGE_URLS",
    "off",
    ["off", "on"],
    "Whether the service fetches images that requests name by URL: `on` or `off`.",
  ),
  imageUrlHosts: hostPatterns(
    "IMAGE_URL_HOSTS",
    "Hosts that images are fetched from, separated by commas, such as `images.example.com`; `*.example.com` stands for all hosts in that domain. The default is all hosts.",
  ),
  imageUrlPorts: ports("IMAGE_URL_PORTS", "Ports that images are fetched from, separated by commas.", [80, 443]),
  imageUrlAllowPrivate: flag(
    "IMAGE_URL_ALLOW_PRIVATE",
    false,
    "Whether images are fetched from addresses that are not public, such as those of the local network. Clients that may send images can then find out what answers there; set IMAGE_URL_HOSTS too.",
  ),
  maxImageUrlsPerRequest: integer(
    "MAX_IMAGE_URLS_PER_REQUEST",
    1000,
    1,
    1_000_000,
    "Most images that one request may name by URL.",
  ),
  imageUrlFetches: integer(
    "IMAGE_URL_FETCHES",
    128,
    1,
    10_000,
    "Images that this process fetches at the same time, up to 8 of them for one request, and half of them for one client.",
  ),
  imageUrlIdleTimeoutMs: integer(
    "IMAGE_URL_IDLE_TIMEOUT_MS",
    5_000,
    10,
    600_000,
    "Longest wait for the connection to the server of an image, for the beginning of its answer, and for each further part, in milliseconds.",
  ),
  imageUrlTimeoutMs: integer(
    "IMAGE_URL_TIMEOUT_MS",
    30_000,
    10,
    3_600_000,
    "Longest time to fetch one image, redirects included, in milliseconds.",
  ),
  imageUrlsTimeoutMs: integer(
    "IMAGE_URLS_TIMEOUT_MS",
    120_000,
    10,
    86_400_000,
    "Longest time to fetch all images of one request, in milliseconds; those that are missing then have the error IMAGE_FETCH_TIMEOUT.",
  ),
};
