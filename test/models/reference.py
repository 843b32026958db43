"""Computes what the models' code is tested against, independently of it: numpy, Pillow, OpenCV's and onnxruntime's own
Python packages, formulas written as their sources give them.

  pip install numpy opencv-python-headless onnxruntime pillow
  python test/models/reference.py <folder of the model files>

Writes `vectors.json` beside this file, for the unit tests, and `lib/vision/models/references/*.json`, what each model
gives for `lib/vision/self-check.jpg`; `npm run format` brings them into the project's form.
"""
import hashlib
import json
import pathlib
import sys

import cv2
import numpy as np
import onnxruntime
from PIL import Image

here = pathlib.Path(__file__).parent
vision = here.parent.parent / "lib" / "vision"
models = pathlib.Path(sys.argv[1])
random = np.random.default_rng(20_261_121)
MEAN = np.array([123.675, 116.28, 103.53])
DEVIATION = np.array([58.395, 57.12, 57.375])
TEMPLATE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])


def session(name):
    return onnxruntime.InferenceSession(str(models / name), providers=["CPUExecutionProvider"])


def plain(array, digits=6):
    return np.round(np.asarray(array, dtype=np.float64), digits).tolist()


def overlap(a, b):
    """Intersection over union of boxes given by their corners."""
    left, top = np.maximum(a[:2], b[:2])
    right, bottom = np.minimum(a[2:4], b[2:4])
    both = max(0.0, right - left) * max(0.0, bottom - top)
    area = lambda box: (box[2] - box[0]) * (box[3] - box[1])
    return both / (area(a) + area(b) - both)


def suppress(boxes, scores, limit):
    kept = []
    for index in np.argsort(-scores, kind="stable"):
        if all(overlap(boxes[index], boxes[other]) <= limit for other in kept):
            kept.append(int(index))
    return kept


def yunet_decode(outputs, width, height, threshold, limit=0.3):
    boxes, scores, points = [], [], []
    for stride in (8, 16, 32):
        rows, columns = height // stride, width // stride
        row, column = (axis.reshape(-1) for axis in np.mgrid[0:rows, 0:columns])
        score = np.sqrt(
            np.clip(outputs[f"cls_{stride}"].reshape(-1), 0, 1) * np.clip(outputs[f"obj_{stride}"].reshape(-1), 0, 1)
        )
        b = outputs[f"bbox_{stride}"].reshape(-1, 4)
        centre = np.stack([column + b[:, 0], row + b[:, 1]], axis=1) * stride
        size = np.exp(b[:, 2:4]) * stride
        k = outputs[f"kps_{stride}"].reshape(-1, 5, 2)
        boxes.append(np.concatenate([centre - size / 2, centre + size / 2], axis=1))
        scores.append(score)
        points.append((k + np.stack([column, row], axis=1)[:, None, :]) * stride)
    boxes, scores, points = map(np.concatenate, (boxes, scores, points))
    chosen = scores >= threshold
    boxes, scores, points = boxes[chosen], scores[chosen], points[chosen]
    kept = suppress(boxes, scores, limit)
    return boxes[kept], scores[kept], points[kept]


def yolox_decode(output, size, threshold, limit):
    grids = [np.mgrid[0 : size // s, 0 : size // s][::-1].reshape(2, -1).T for s in (8, 16, 32)]
    strides = np.concatenate([np.full(len(grid), s) for grid, s in zip(grids, (8, 16, 32))])[:, None]
    centre = (output[:, :2] + np.concatenate(grids)) * strides
    extent = np.exp(output[:, 2:4]) * strides
    corners = np.concatenate([centre - extent / 2, centre + extent / 2], axis=1)
    scores = output[:, 4:5] * output[:, 5:]
    found = []
    for kind in range(scores.shape[1]):
        chosen = np.flatnonzero(scores[:, kind] >= threshold)
        for index in suppress(corners[chosen], scores[chosen, kind], limit):
            found.append((kind, float(scores[chosen[index], kind]), corners[chosen[index]]))
    return sorted(found, key=lambda item: -item[1])


def similarity(source, target):
    """Umeyama, Least-squares estimation of transformation parameters between two point patterns (1991), by SVD."""
    a, b = source - source.mean(0), target - target.mean(0)
    u, d, vt = np.linalg.svd(b.T @ a / len(a))
    sign = np.array([1, np.sign(np.linalg.det(u) * np.linalg.det(vt))])
    rotation = u @ np.diag(sign) @ vt
    scale = (d * sign).sum() / a.var(0).sum()
    return np.hstack([scale * rotation, (target.mean(0) - scale * rotation @ source.mean(0))[:, None]])


def planes(pixels, mean=np.zeros(3), deviation=np.ones(3), rgb=False):
    ordered = pixels[:, :, ::-1] if rgb else pixels
    return ((ordered - mean) / deviation).transpose(2, 0, 1).astype(np.float32)


def scaled_by_pillow(pixels, region, size):
    """`region`: left, top, width and height, in pixels of the image."""
    left, top, width, height = region
    box = (left, top, left + width, top + height)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR, box=box))


def middle_of(image):
    """What classifiers of ImageNet are evaluated with: the short side scaled to 256 pixels, the middle 224 × 224."""
    height, width = image.shape[:2]
    short = min(width, height)
    inner = (width * 256 // short, height * 256 // short)
    resized = scaled_by_pillow(np.ascontiguousarray(image), (0, 0, width, height), inner)
    left, top = (inner[0] - 224) // 2, (inner[1] - 224) // 2
    return resized[top : top + 224, left : left + 224]


def middle_sha256(name):
    """Of the pixels' blue, green and red, row by row."""
    pixels = middle_of(cv2.imread(str(here.parent.parent / "test-data" / "samples" / name)))
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


def softmax(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def vectors():
    pixels = random.integers(0, 256, (3, 5, 3), dtype=np.uint8)
    padded = np.zeros((3, 4, 8), np.float32)
    padded[:, :3, :5] = planes(pixels)

    width, height, heads = 64, 32, {}
    for stride in (8, 16, 32):
        cells = (height // stride) * (width // stride)
        # Past the range of a probability, too: a quantised head leaves it.
        heads[f"cls_{stride}"] = plain(random.uniform(-0.1, 1.1, cells))
        heads[f"obj_{stride}"] = plain(random.uniform(-0.1, 1.1, cells))
        heads[f"bbox_{stride}"] = plain(random.normal(0, 0.6, (cells, 4)).reshape(-1))
        heads[f"kps_{stride}"] = plain(random.normal(0, 1, (cells, 10)).reshape(-1))
    boxes, scores, points = yunet_decode({k: np.array(v) for k, v in heads.items()}, width, height, 0.6)

    size, classes = 64, 3
    rows = (size // 8) ** 2 + (size // 16) ** 2 + (size // 32) ** 2
    output = random.normal(0, 0.7, (rows, 5 + classes))
    output[:, 4:] = random.uniform(0, 1, (rows, 1 + classes))
    output = np.round(output, 6)
    objects = yolox_decode(output, size, 0.5, 0.45)

    marks = TEMPLATE @ np.array([[1.3, 0.4], [-0.4, 1.3]]) + [20, -7] + random.normal(0, 2, (5, 2))
    logits = random.normal(0, 3, 12)
    values = random.normal(0, 1, 8)

    antialiased = []
    for (columns, rows), region, scaled in [
        ((23, 17), (0, 0, 23, 17), (9, 7)),
        ((23, 17), (2.25, 1.5, 18.5, 13.75), (8, 6)),
        ((40, 3), (0, 0, 40, 3), (3, 5)),
        ((5, 4), (0.5, 0.25, 4, 3.5), (12, 11)),
    ]:
        image = random.integers(0, 256, (rows, columns, 3), dtype=np.uint8)
        antialiased.append(
            {
                "columns": columns,
                "rows": rows,
                "pixels": image.reshape(-1).tolist(),
                "region": region,
                "scaled": scaled,
                "result": scaled_by_pillow(image, region, scaled).reshape(-1).tolist(),
            }
        )
    return {
        "antialiased": antialiased,
        "middles": {name: middle_sha256(name) for name in ("astronaut.png", "chelsea.png", "coffee.png")},
        "planes": {
            "pixels": pixels.reshape(-1).tolist(),
            "width": 5,
            "height": 3,
            "bgr": plain(planes(pixels).reshape(-1)),
            "padded": plain(padded.reshape(-1)),
            "rgbNormalised": plain(planes(pixels, MEAN, DEVIATION, rgb=True).reshape(-1)),
        },
        "yunet": {
            "width": width,
            "height": height,
            "heads": heads,
            "faces": [
                {"corners": plain(b), "score": plain(s), "landmarks": plain(p)} for b, s, p in zip(boxes, scores, points)
            ],
        },
        "yolox": {
            "size": size,
            "classes": classes,
            "output": plain(output.reshape(-1)),
            "objects": [{"class": k, "score": plain(s), "corners": plain(c)} for k, s, c in objects],
        },
        "similarity": {"landmarks": plain(marks), "matrix": plain(similarity(np.round(marks, 6), TEMPLATE), 9)},
        "softmax": {"logits": plain(logits), "probabilities": plain(softmax(np.round(logits, 6)), 9)},
        "unit": {"values": plain(values), "vector": plain(np.round(values, 6) / np.linalg.norm(np.round(values, 6)), 9)},
    }


def references():
    image = cv2.imread(str(vision / "self-check.jpg"))
    height, width = image.shape[:2]

    detector = session("yunet_n_dynamic.onnx")
    padded = cv2.copyMakeBorder(image, 0, -height % 32, 0, -width % 32, cv2.BORDER_CONSTANT)
    names = [output.name for output in detector.get_outputs()]
    outputs = dict(zip(names, detector.run(None, {"input": planes(padded)[None]})))
    boxes, scores, points = yunet_decode(outputs, padded.shape[1], padded.shape[0], 0.7)
    faces = [
        {"box": [round(float(v)) for v in (b[0], b[1], b[2] - b[0], b[3] - b[1])], "score": plain(s, 4), "landmarks": plain(p, 2)}
        for b, s, p in zip(boxes, scores, points)
    ]

    encoder = session("MobileFaceNet.onnx")
    crop = cv2.warpAffine(image, similarity(points[0].astype(np.float64), TEMPLATE), (112, 112))
    encoding = encoder.run(None, {"input0": planes(crop, MEAN, DEVIATION, rgb=True)[None]})[0][0]
    encoded = {"box": faces[0]["box"], "score": faces[0]["score"], "encoding": plain(encoding / np.linalg.norm(encoding), 4)}

    classifier = session("mobilenetv2-12-int8.onnx")
    square = middle_of(image)
    probabilities = softmax(classifier.run(None, {"input": planes(square, MEAN, DEVIATION, rgb=True)[None]})[0][0])
    synset = [line.split(" ", 1) for line in (models / "imagenet_synset.txt").read_text().splitlines()]
    best = [
        {"label": synset[i][1], "wnid": synset[i][0], "score": plain(probabilities[i], 4)}
        for i in np.argsort(-probabilities)[:5]
    ]

    finder = session("yolox_nano.onnx")
    scale = min(416 / width, 416 / height)
    inner = (round(width * scale), round(height * scale))
    resized = cv2.resize(image, inner, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    canvas = np.full((416, 416, 3), 114, np.uint8)
    canvas[: inner[1], : inner[0]] = resized
    classes = (models / "coco_classes.txt").read_text().splitlines()
    objects = []
    for kind, score, corners in yolox_decode(finder.run(None, {"images": planes(canvas)[None]})[0][0], 416, 0.3, 0.45):
        x0, y0, x1, y1 = np.clip(corners / scale, 0, [width, height, width, height])
        objects.append({"label": classes[kind], "box": [round(float(v)) for v in (x0, y0, x1 - x0, y1 - y0)], "score": plain(score, 4)})
    return {
        "faces-yunet": {"faces": faces},
        "face-encoding": {"faces": [encoded]},
        "classify": {"labels": best},
        "objects": {"objects": objects},
    }


(here / "vectors.json").write_text(json.dumps(vectors()) + "\n")
for name, result in references().items():
    (vision / "models" / "references" / f"{name}.json").write_text(json.dumps(result) + "\n")
