/**
 * Files that a network needs to run on an NVIDIA graphics card. `onnxruntime-node` does not include the libraries for
 * it. The Python package of the same version does, and they are compatible, since both are built from the same source.
 */

export interface LibraryFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A library of the system, and the package that provides it. */
export interface SystemLibrary {
  readonly name: string;
  readonly from: string;
}

/** The version of `onnxruntime-node` that the wheel fits. Another version needs another wheel. */
export const ONNXRUNTIME_VERSION = "1.30.0";

/** PyPI's wheel for Linux on x86-64, for CUDA 13. The version of Python does not matter. */
export const wheel = {
  name: "onnxruntime_gpu-1.30.0-cp312-cp312-manylinux_2_28_x86_64.whl",
  url: "https://files.pythonhosted.org/packages/9e/80/d96143329dbe925d434b016c890a5caa785fac8e14a1570e5d6818b63545/onnxruntime_gpu-1.30.0-cp312-cp312-manylinux_2_28_x86_64.whl",
  sha256: "6acc0f4b3d5ac5f2984432faa59dd8fcce6775f8b43a7140afa0f322c7a703b1",
  bytes: 246_685_715,
} as const;

/** Folder of the libraries in the wheel. */
export const WHEEL_FOLDER = "onnxruntime/capi/";

/** The files of the wheel that `onnxruntime-node` lacks. */
export const libraryFiles: readonly LibraryFile[] = [
  {
    name: "libonnxruntime_providers_shared.so",
    sha256: "086ec1d5388f64153d9c63470d126693db9a182c8ce236d3a1119068471b8a0d",
    bytes: 14_632,
  },
  {
    name: "libonnxruntime_providers_cuda.so",
    sha256: "35da2e7ed0dd0d1aec5cdb16ce11a51d06c0c48cf62d1b1c9332946a4fae14fc",
    bytes: 272_049_904,
  },
];

/** Libraries that these load. The packages in brackets are PyPI's; their folders belong in LD_LIBRARY_PATH. */
export const systemLibraries: readonly SystemLibrary[] = [
  { name: "libcuda.so.1", from: "the driver of the graphics card, 580 or later" },
  { name: "libcudart.so.13", from: "CUDA 13 (nvidia-cuda-runtime)" },
  { name: "libcublas.so.13", from: "CUDA 13 (nvidia-cublas)" },
  { name: "libcublasLt.so.13", from: "CUDA 13 (nvidia-cublas)" },
  { name: "libcurand.so.10", from: "CUDA 13 (nvidia-curand)" },
  { name: "libcudnn.so.9", from: "cuDNN 9 for CUDA 13 (nvidia-cudnn-cu13)" },
];
