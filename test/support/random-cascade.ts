import type { Random } from "./random.ts";

type Rectangle = readonly [x: number, y: number, width: number, height: number, weight: number];

export interface CascadeText {
  readonly window: { readonly width: number; readonly height: number };
  /** The cascade in OpenCV's XML format. */
  readonly xml: string;
}

/** A random shape that the exact cascade supports, anywhere in the window: edge, line, checker, inverse checker. */
function randomFeature(random: Random, windowWidth: number, windowHeight: number): Rectangle[] {
  const parts = random.pick([
    { across: 2, down: 1, inner: [[0, 0, 2]] },
    { across: 1, down: 2, inner: [[0, 1, 2]] },
    { across: 3, down: 1, inner: [[1, 0, 3]] },
    { across: 1, down: 3, inner: [[0, 1, 3]] },
    {
      across: 2,
      down: 2,
      inner: [
        [0, 0, 2],
        [1, 1, 2],
      ],
    },
    {
      across: 2,
      down: 2,
      inner: [
        [1, 0, 2],
        [0, 1, 2],
      ],
    },
  ]);
  const width = random.integer(1, Math.floor(windowWidth / parts.across));
  const height = random.integer(1, Math.floor(windowHeight / parts.down));
  const x = random.integer(0, windowWidth - width * parts.across);
  const y = random.integer(0, windowHeight - height * parts.down);
  return [
    [x, y, width * parts.across, height * parts.down, -1],
    ...parts.inner.map(
      ([column = 0, row = 0, weight = 0]): Rectangle => [x + column * width, y + row * height, width, height, weight],
    ),
  ];
}

/**
 * A random, untrained cascade. Leaf values are tiny and thresholds lie within the range of their sums, so that many
 * windows come closer to a threshold than the coarse sums can resolve, which hardly ever happens with trained cascades.
 */
export function randomCascade(random: Random): CascadeText {
  const width = random.integer(5, 40);
  const height = random.chance(0.5) ? width : random.integer(5, 40);
  const features: Rectangle[][] = [];
  const leaf = () => Math.fround((random.next() - 0.5) * 2 ** -15);
  const exact = (value: number) => (Math.round(value * 2 ** 38) / 2 ** 38).toExponential(20);

  const stages = Array.from({ length: random.integer(2, 4) }, () => {
    const trees = Array.from({ length: random.integer(1, 30) }, () => {
      features.push(randomFeature(random, width, height));
      const threshold = (random.next() - 0.5) * 0.02;
      return `<_><internalNodes>0 -1 ${features.length - 1} ${threshold}</internalNodes>
        <leafValues>${exact(leaf())} ${exact(leaf())}</leafValues></_>`;
    });
    // OpenCV subtracts 1e-5 from the threshold.
    const threshold = 1e-5 + (random.next() - 0.75) * 2 ** -15;
    return `<_><stageThreshold>${threshold}</stageThreshold><weakClassifiers>${trees.join("\n")}</weakClassifiers></_>`;
  });
  return { window: { width, height }, xml: cascadeXml({ width, height, stages, features }) };
}

/** Serialises a cascade in OpenCV's format. */
export function cascadeXml(parts: {
  readonly width: number;
  readonly height: number;
  readonly stages: readonly string[];
  readonly features: readonly (readonly Rectangle[])[];
}): string {
  const features = parts.features.map(
    (rectangles) => `<_><rects>${rectangles.map((r) => `<_>${r.join(" ")}</_>`).join("")}</rects></_>`,
  );
  return `<?xml version="1.0"?>
<!-- generated -->
<opencv_storage>
<cascade type_id="opencv-cascade-classifier"><stageType>BOOST</stageType><featureType>HAAR</featureType>
<height>${parts.height}</height><width>${parts.width}</width>
<stageParams><maxWeakCount>0</maxWeakCount></stageParams><featureParams><maxCatCount>0</maxCatCount></featureParams>
<stageNum>${parts.stages.length}</stageNum>
<stages>${parts.stages.join("\n")}</stages>
<features>${features.join("\n")}</features>
</cascade></opencv_storage>
`;
}
