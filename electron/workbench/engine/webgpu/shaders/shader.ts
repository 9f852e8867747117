/** A compute shader: entry point `main`, storage buffers bound from 0 on, uniforms after them. */
export interface Shader {
  /** Names the compiled pipeline; two shaders of one label are the same. */
  readonly label: string;
  readonly code: string;
}

/** Threads of a group where each thread makes one element. */
export const groupSize = 64;

/** Groups along one axis that every device allows. */
const axisLimit = 65_535;

/** Groups for so many elements, over two axes where one is too short; see {@link elementSnippet}. */
export function groupsFor(elements: number): [number, number] {
  const groups = Math.ceil(elements / groupSize);
  const rows = Math.ceil(groups / axisLimit);
  return [Math.ceil(groups / rows), rows];
}

/** The head of `main` for shaders whose threads each make one element: `element`, an `i32`, below `u.elements`. */
export const elementSnippet = /* wgsl */ `
@compute @workgroup_size(${groupSize})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let element = i32((group.y * groups.x + group.x) * ${groupSize}u + thread);
  if (element >= u.elements) { return; }
`;

/** Declares storage buffers of `f32` in binding order and the uniforms, `u`, after them. */
export function bindings(
  buffers: readonly (readonly [name: string, access: 'read' | 'read_write'])[],
  uniforms: readonly string[],
): string {
  const storage = buffers.map(
    ([name, access], binding) => `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<f32>;`,
  );
  return [
    ...storage,
    `struct Uniforms { ${uniforms.map((uniform) => (uniform.includes(':') ? uniform : `${uniform}: i32`)).join(', ')} };`,
    `@group(0) @binding(${buffers.length}) var<uniform> u: Uniforms;`,
  ].join('\n');
}
