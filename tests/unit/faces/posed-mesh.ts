import { loadCanonicalFace } from '@workbench/faces/canonical-face';

const radians = Math.PI / 180;

/** The canonical face in image axes, nodded, then turned, then tilted (degrees), then scaled and moved. */
export function posedMesh(
  yaw: number,
  pitch: number,
  roll: number,
  place: { scale: number; x: number; y: number; z: number } = { scale: 12, x: 300, y: 200, z: 7 },
): Float32Array {
  const { vertices } = loadCanonicalFace();
  const mesh = new Float32Array(vertices.length);
  const rotate = (a: number, b: number, angle: number): [number, number] => [
    a * Math.cos(angle * radians) - b * Math.sin(angle * radians),
    a * Math.sin(angle * radians) + b * Math.cos(angle * radians),
  ];
  for (let i = 0; i < vertices.length; i += 3) {
    let [x, y, z] = [vertices[i] ?? 0, -(vertices[i + 1] ?? 0), -(vertices[i + 2] ?? 0)];
    [y, z] = rotate(y, z, -pitch); // nose up: what is near (z < 0) goes up (y < 0)
    [x, z] = rotate(x, z, yaw); // nose right: what is near goes right (x > 0)
    [x, y] = rotate(x, y, roll);
    mesh.set([place.x + place.scale * x, place.y + place.scale * y, place.z + place.scale * z], i);
  }
  return mesh;
}
