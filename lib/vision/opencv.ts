import type { cv } from "@u4/opencv4nodejs";

/** OpenCV's binding. It is loaded in `workers/` only and handed to the functions here. */
export type OpenCv = typeof cv;
export type { Mat } from "@u4/opencv4nodejs";
