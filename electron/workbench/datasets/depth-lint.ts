import type { Finding, PreparedSample } from '@shared/domain/dataset';
import { isBonaFide } from '@shared/domain/media-item';
import type { PreparedData, PreparedSampleRecord } from './prepared-data';

/** What may be wrong with a depth target. */
export type DepthFault = 'scale' | 'constant' | 'attack' | 'unaligned';

/** Depth above this counts as face, of 255. */
const faceAbove = 8;
/** A face of the largest value at most this was stored as 0–1 where 0–255 belongs. */
const unitScale = 1;
/** Largest and smallest value of a map without relief lie at most this far apart. */
const flat = 6;
/** Of the landmarks inside the crop, those on the face at least. */
const landmarksOnFace = 0.6;
/** Distance of the middle of the depth from the middle of the landmarks, in sides of the crop. */
const farOff = 0.2;
/** Samples that a finding names. */
const named = 3;

/**
 * Looks at a depth target on its own: its scale, its relief, its label, and whether it lies where the crop's face is.
 * @param depth `[size, size]`, nearest 255
 * @returns what is wrong with it, or null
 */
export function depthFault(depth: Uint8Array, sample: PreparedSample, bonaFide: boolean): DepthFault | null {
  let lowest = 255;
  let highest = 0;
  for (const value of depth) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  if (!bonaFide) return highest > 0 ? 'attack' : null;
  if (highest > 0 && highest <= unitScale && lowest < highest) return 'scale';
  if (highest - lowest <= flat) return 'constant';
  return isUnaligned(depth, sample) ? 'unaligned' : null;
}

/** Landmarks of the crop should lie on the face that the map shows. */
function isUnaligned(depth: Uint8Array, { landmarks, region }: PreparedSample): boolean {
  const size = Math.round(Math.sqrt(depth.length));
  const cos = Math.cos(region.rotation);
  const sin = Math.sin(region.rotation);
  const points = landmarks
    .map(([x, y]): [number, number] => {
      const [dx, dy] = [x - region.centreX, y - region.centreY];
      return [(dx * cos + dy * sin) / region.side + 0.5, (dy * cos - dx * sin) / region.side + 0.5];
    })
    .filter(([u, v]) => u > 0 && v > 0 && u < 1 && v < 1);
  if (points.length < 3) return false;
  const on = points.filter(([u, v]) => (depth[Math.floor(v * size) * size + Math.floor(u * size)] ?? 0) > faceAbove);
  if (on.length < landmarksOnFace * points.length) return true;
  let [mass, sumU, sumV] = [0, 0, 0];
  depth.forEach((value, cell) => {
    if (value <= faceAbove) return;
    mass++;
    sumU += ((cell % size) + 0.5) / size;
    sumV += (Math.floor(cell / size) + 0.5) / size;
  });
  const middle = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return Math.hypot(sumU / mass - middle(0), sumV / mass - middle(1)) > farOff;
}

const messages: Readonly<Record<DepthFault, (count: string) => string>> = {
  scale: (count) => `${count} of bona fide hold 0–1 where 0–255 belongs: scale them by 255.`,
  constant: (count) => `${count} of bona fide have no relief: the map is constant.`,
  attack: (count) => `${count} of attacks are not zero: a print or a screen is flat by label.`,
  unaligned: (count) => `${count} do not lie on the face in the crop: they were cut, turned or scaled another way.`,
};

/** Samples of a prepared dataset whose depth targets cannot be right, by what is wrong with them. */
export function depthFaults(data: PreparedData): Map<DepthFault, PreparedSampleRecord[]> {
  const faults = new Map<DepthFault, PreparedSampleRecord[]>();
  for (const record of data.samples) {
    const fault = depthFault(data.depth(record.row), record.sample, isBonaFide(record.item));
    if (!fault) continue;
    const records = faults.get(fault) ?? [];
    records.push(record);
    faults.set(fault, records);
  }
  return faults;
}

/** What is wrong with some depth targets, as a sentence. */
export function depthFaultWords(fault: DepthFault, paths: readonly string[]): string {
  const count = paths.length === 1 ? 'One depth target' : `${paths.length} depth targets`;
  const first = `${paths.slice(0, named).join(', ')}${paths.length > named ? ', …' : ''}`;
  return `${messages[fault](count)} ${first}`;
}

/** Depth targets of a prepared dataset that cannot be right: one finding for each kind of fault, naming a few samples. */
export function lintDepth(data: PreparedData): Finding[] {
  return [...depthFaults(data)].map(([fault, records]): Finding => {
    const paths = records.map(({ item }) => item.path);
    return {
      kind: `depth-${fault}`,
      severity: 'error',
      path: paths[0] ?? null,
      message: depthFaultWords(fault, paths),
    };
  });
}
