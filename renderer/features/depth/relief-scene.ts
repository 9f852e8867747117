import {
  AmbientLight,
  CanvasTexture,
  DirectionalLight,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  PerspectiveCamera,
  PlaneGeometry,
  Scene,
  SphereGeometry,
  SRGBColorSpace,
  Vector3,
  WebGLRenderer,
} from 'three';
import type { Orbit } from './orbit';

/** How far depth 1 stands out, in sides of the map: about a nose's share of a face's height. */
const standsOut = 0.45;

/** A lit surface over a depth map `[size, size]`: near stands out towards the eye. */
export class ReliefScene {
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(40, 1, 0.05, 20);
  private readonly geometry: PlaneGeometry;
  private readonly material = new MeshStandardMaterial({ roughness: 0.85 });
  private readonly marker: Mesh<SphereGeometry, MeshBasicMaterial>;
  private values: Float32Array = new Float32Array();

  /** @throws Error where the machine draws no WebGL */
  constructor(
    canvas: HTMLCanvasElement,
    private readonly size: number,
  ) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.geometry = new PlaneGeometry(1, 1, size - 1, size - 1);
    this.marker = new Mesh(new SphereGeometry(0.018), new MeshBasicMaterial({ color: '#ffffff' }));
    this.marker.visible = false;
    const sun = new DirectionalLight('#ffffff', 2.2);
    sun.position.set(-0.6, 0.9, 1.2);
    this.scene.add(new Mesh(this.geometry, this.material), this.marker, new AmbientLight('#ffffff', 0.9), sun);
  }

  /** @param skin what is laid over the surface; nothing: plain plaster */
  setSurface(values: Float32Array, skin: OffscreenCanvas | null): void {
    this.values = values;
    const position = this.geometry.getAttribute('position');
    for (let cell = 0; cell < position.count; cell++) position.setZ(cell, this.heightOf(cell));
    position.needsUpdate = true;
    this.geometry.computeVertexNormals();
    this.material.map?.dispose();
    this.material.map = null;
    if (skin) {
      this.material.map = new CanvasTexture(skin);
      this.material.map.colorSpace = SRGBColorSpace;
    }
    this.material.color.set(skin ? '#ffffff' : '#c9c4ba');
    this.material.needsUpdate = true;
  }

  /** Marks a cell, at the height of its own value. */
  setProbe(cell: { x: number; y: number } | null): void {
    this.marker.visible = cell !== null;
    if (!cell) return;
    const last = this.size - 1;
    this.marker.position.set(cell.x / last - 0.5, 0.5 - cell.y / last, this.heightOf(cell.y * this.size + cell.x));
  }

  draw(orbit: Orbit, side: number): void {
    const { around, above, distance } = orbit;
    const middle = new Vector3(0, 0, standsOut / 4);
    this.camera.position.set(
      middle.x + distance * Math.sin(around) * Math.cos(above),
      middle.y + distance * Math.sin(above),
      middle.z + distance * Math.cos(around) * Math.cos(above),
    );
    this.camera.lookAt(middle);
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.renderer.setSize(side, side, false);
    this.renderer.render(this.scene, this.camera);
  }

  dispose(): void {
    this.material.map?.dispose();
    this.material.dispose();
    this.geometry.dispose();
    this.marker.geometry.dispose();
    this.marker.material.dispose();
    this.renderer.dispose();
  }

  private heightOf(cell: number): number {
    return standsOut * (this.values[cell] ?? 0);
  }
}
