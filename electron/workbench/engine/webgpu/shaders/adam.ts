import type { Shader } from './shader';
import { groupSize } from './shader';

/**
 * One step of Adam for several variables at once: the moments of all variables lie in one flat buffer, first the means,
 * then the squares; the thread's element is found among the variables by their sizes.
 */
export function adamShader(variables: number): Shader {
  const each = (line: (index: number) => string): string => [...new Array(variables).keys()].map(line).join('\n');
  const code = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> moments: array<f32>;
${each(
  (i) => `@group(0) @binding(${3 * i + 1}) var<storage, read> value${i}: array<f32>;
@group(0) @binding(${3 * i + 2}) var<storage, read> gradient${i}: array<f32>;
@group(0) @binding(${3 * i + 3}) var<storage, read_write> updated${i}: array<f32>;`,
)}
struct Uniforms {
  elements: i32, squares: i32, rate: f32, beta1: f32, beta2: f32, epsilon: f32,
  ${each((i) => `start${i}: i32, size${i}: i32,`)}
};
@group(0) @binding(${3 * variables + 1}) var<uniform> u: Uniforms;

fn step(at: i32, gradient: f32) -> f32 {
  let mean = u.beta1 * moments[at] + (1.0 - u.beta1) * gradient;
  let square = u.beta2 * moments[u.squares + at] + (1.0 - u.beta2) * gradient * gradient;
  moments[at] = mean;
  moments[u.squares + at] = square;
  return u.rate * mean / (sqrt(square) + u.epsilon);
}

@compute @workgroup_size(${groupSize})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  var element = i32((group.y * groups.x + group.x) * ${groupSize}u + thread);
  ${each(
    (i) => `if (element < u.size${i}) {
    updated${i}[element] = value${i}[element] - step(u.start${i} + element, gradient${i}[element]);
    return;
  }
  element -= u.size${i};`,
  )}
}`;
  return { label: `relief adam of ${variables}`, code };
}
