# Baseline of jobs: Celery with RabbitMQ and Redis, a process per core. It gets paths: nothing is uploaded, and nothing
# has to survive a failure.
#   celery --workdir bench --app celery_app worker --concurrency <cores>
#   python bench/celery_app.py < paths     prints the seconds from the first task sent to the last result read
import os
import sys
import time

import cv2
import numpy
from celery import Celery, group

app = Celery("celery_app", broker=os.environ["BROKER"], backend=os.environ["RESULTS"])
cv2.setNumThreads(1)
cascade = cv2.CascadeClassifier(os.environ["CASCADE"])


@app.task
def detect(path: str):
    grey = cv2.imdecode(numpy.fromfile(path, numpy.uint8), cv2.IMREAD_GRAYSCALE)
    faces = cascade.detectMultiScale(cv2.equalizeHist(grey), 1.1, 6, minSize=(96, 96))
    return [[int(value) for value in face] for face in faces]


if __name__ == "__main__":
    paths = sys.stdin.read().split("\n")
    started = time.perf_counter()
    results = group(detect.s(path) for path in paths).apply_async().get()
    print(time.perf_counter() - started)
    assert len(results) == len(paths)
