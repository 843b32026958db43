/** How well a face can be seen. */
import { type Static, Type } from "typebox";

const angle = (description: string) => Type.Number({ minimum: -180, maximum: 180, description });

/** How far a face is turned. */
export const HeadPose = Type.Object(
  {
    yaw: angle("Above 0 if the nose points to the right of the image."),
    pitch: angle("Above 0 if the nose points up."),
    roll: angle("Above 0 if the head is tilted clockwise in the image."),
  },
  { description: "In degrees, estimated from the landmarks; all are 0 for a face that looks straight at the camera." },
);
export type HeadPose = Static<typeof HeadPose>;

export const FaceQuality = Type.Object(
  {
    sharpness: Type.Number({
      minimum: 0,
      maximum: 1,
      description: "How much of the detail of the face would be lost if it was blurred. Low if it is blurred already.",
    }),
    size: Type.Integer({ minimum: 1, description: "Shorter side of the face's box in pixels." }),
    brightness: Type.Number({ minimum: 0, maximum: 255, description: "Mean of the pixels, 0 to 255." }),
    pose: HeadPose,
  },
  { description: "How well the face can be seen: what decides whether its encoding can be trusted." },
);
export type FaceQuality = Static<typeof FaceQuality>;
