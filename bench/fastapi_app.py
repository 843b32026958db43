# Baseline: the best Python service we know how to write for the same task. FastAPI, Uvicorn, a worker per core.
#   uvicorn --app-dir bench fastapi_app:app --workers <cores>
import os

import cv2
import numpy
from fastapi import FastAPI, UploadFile

cv2.setNumThreads(1)
cascade = cv2.CascadeClassifier(os.environ["CASCADE"])
app = FastAPI()


def detect(data: bytes):
    grey = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_GRAYSCALE)
    faces = cascade.detectMultiScale(cv2.equalizeHist(grey), 1.1, 6, minSize=(96, 96))
    return [[int(value) for value in face] for face in faces]


@app.post("/process")
async def process(images: list[UploadFile]):
    return {"images": [{"fileName": image.filename, "faces": detect(await image.read())} for image in images]}
