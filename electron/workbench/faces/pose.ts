import { loadCanonicalFace } from './canonical-face';

/** How a head is turned, in degrees; all zero when it faces the camera upright. */
export interface HeadPose {
  /** Positive when the nose points to the image's right. */
  readonly yaw: number;
  /** Positive when the nose points up. */
  readonly pitch: number;
  /** Positive when the head is tilted clockwise as seen. */
  readonly roll: number;
}

const degrees = 180 / Math.PI;

/**
 * The pose of a mesh `[468, 3]` (x right, y down, z away from the viewer): the rotation R of the least-squares similarity
 * that lays the canonical face over the mesh (Horn 1987, closed form with quaternions), read as
 * R = Rz(roll) · Ry(−yaw) · Rx(−pitch). An expression bends the mesh, so a pose is good to a few degrees.
 */
export function poseOfMesh(points: Float32Array): HeadPose {
  const [w, x, y, z] = rotationBetween(canonicalInImageAxes(), points);
  const r00 = 1 - 2 * (y * y + z * z);
  const r10 = 2 * (x * y + w * z);
  const r20 = 2 * (x * z - w * y);
  const r21 = 2 * (y * z + w * x);
  const r22 = 1 - 2 * (x * x + y * y);
  return {
    yaw: Math.asin(Math.max(-1, Math.min(1, r20))) * degrees,
    pitch: -Math.atan2(r21, r22) * degrees,
    roll: Math.atan2(r10, r00) * degrees,
  };
}

/**
 * A mesh `[468, 3]` turned about its own middle until it faces the camera upright: place and size kept, pose taken away.
 */
export function frontalMesh(points: Float32Array): Float32Array {
  const [w, x, y, z] = rotationBetween(canonicalInImageAxes(), points);
  const middle = [0, 0, 0];
  points.forEach((value, i) => (middle[i % 3] = (middle[i % 3] ?? 0) + (3 * value) / points.length));
  const [mx = 0, my = 0, mz = 0] = middle;
  const turned = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const [dx, dy, dz] = [(points[i] ?? 0) - mx, (points[i + 1] ?? 0) - my, (points[i + 2] ?? 0) - mz];
    // The columns of the rotation matrix as rows: its inverse.
    turned[i] = mx + (1 - 2 * (y * y + z * z)) * dx + 2 * (x * y + w * z) * dy + 2 * (x * z - w * y) * dz;
    turned[i + 1] = my + 2 * (x * y - w * z) * dx + (1 - 2 * (x * x + z * z)) * dy + 2 * (y * z + w * x) * dz;
    turned[i + 2] = mz + 2 * (x * z + w * y) * dx + 2 * (y * z - w * x) * dy + (1 - 2 * (x * x + y * y)) * dz;
  }
  return turned;
}

let canonicalPoints: Float32Array | undefined;

/** The canonical face has y up and z towards the viewer; a half turn about x makes both the mesh's. */
function canonicalInImageAxes(): Float32Array {
  canonicalPoints ??= loadCanonicalFace().vertices.map((value, i) => (i % 3 === 0 ? value : -value));
  return canonicalPoints;
}

type Quaternion = readonly [w: number, x: number, y: number, z: number];

/** The unit quaternion of the rotation that best carries `from` to `to` (both `[n, 3]`), whatever their place and scale. */
function rotationBetween(from: Float32Array, to: Float32Array): Quaternion {
  const [sxx, sxy, sxz, syx, syy, syz, szx, szy, szz] = crossCovariance(from, to);
  // Horn 1987, eq. for the matrix N whose largest eigenvalue's eigenvector is the quaternion.
  const n = [
    [sxx + syy + szz, syz - szy, szx - sxz, sxy - syx],
    [syz - szy, sxx - syy - szz, sxy + syx, szx + sxz],
    [szx - sxz, sxy + syx, syy - sxx - szz, syz + szy],
    [sxy - syx, szx + sxz, syz + szy, szz - sxx - syy],
  ];
  // A shift by the norm makes every eigenvalue positive, so that the power iteration goes to the largest.
  const shift = Math.hypot(...n.flat());
  let q: Quaternion = [1, 0.01, 0.01, 0.01];
  for (let iteration = 0; iteration < 100; iteration++) {
    const [w, x, y, z] = q;
    const next = n.map(([a = 0, b = 0, c = 0, d = 0], i) => a * w + b * x + c * y + d * z + shift * (q[i] ?? 0));
    const length = Math.hypot(...next);
    if (length === 0) return [1, 0, 0, 0];
    const [nw = 1, nx = 0, ny = 0, nz = 0] = next;
    q = [nw / length, nx / length, ny / length, nz / length];
  }
  return q;
}

type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

/** Σ (from − its mean) · (to − its mean)ᵀ, rows by `from`'s coordinate. */
function crossCovariance(from: Float32Array, to: Float32Array): Matrix3 {
  const count = from.length / 3;
  const meanFrom = [0, 0, 0];
  const meanTo = [0, 0, 0];
  for (let i = 0; i < from.length; i++) {
    meanFrom[i % 3] = (meanFrom[i % 3] ?? 0) + (from[i] ?? 0) / count;
    meanTo[i % 3] = (meanTo[i % 3] ?? 0) + (to[i] ?? 0) / count;
  }
  const sum = (row: number, column: number) => {
    let total = 0;
    for (let i = 0; i < from.length; i += 3)
      total += ((from[i + row] ?? 0) - (meanFrom[row] ?? 0)) * ((to[i + column] ?? 0) - (meanTo[column] ?? 0));
    return total;
  };
  return [sum(0, 0), sum(0, 1), sum(0, 2), sum(1, 0), sum(1, 1), sum(1, 2), sum(2, 0), sum(2, 1), sum(2, 2)];
}
