import { bindings, type Shader } from './shader';

/**
 * Convolutions as matrix products `result[row, column] = Σ left(row, k) · right(k, column)` whose factors are never made:
 * where an element of a tile lies is computed when the tile is loaded. A group of 64 threads makes a tile of 32 rows and
 * 32 columns (8 for narrow results), 16 products at a time, from copies in the group's memory.
 */

/** Sides of the tile, and products between two loads. */
export const tileRows = 32;
const tileDepth = 16;

/** Columns of a tile for so many columns in all: narrow results (a map, an image) would leave most of a wide one empty. */
export function tileColumns(columns: number): 8 | 32 {
  return columns <= 8 ? 8 : 32;
}

/** The uniforms of every convolution shader, in order; see {@link ConvolutionShape}. */
const shapeUniforms = [
  ...['images', 'inputHeight', 'inputWidth', 'inputs', 'outputHeight', 'outputWidth', 'outputs'],
  ...['filterHeight', 'filterWidth', 'strideY', 'strideX', 'dilationY', 'dilationX', 'paddingTop', 'paddingLeft'],
  // Products a group makes at most: of all, and of one split.
  ...['depthSteps', 'depthPerSplit'],
];

type Role = 'forward' | 'input-gradient' | 'filter-gradient';

interface RoleParts {
  /** Whether neighbouring threads load neighbouring rows (or columns) of a factor, rather than neighbouring products. */
  readonly leftAlongRows: boolean;
  readonly rightAlongColumns: boolean;
  /** Sets `rows`, `columns`, `first` and `last` (the products of this group) and what the functions below need. */
  readonly sizes: string;
  readonly left: string;
  readonly right: string;
  readonly store: string;
}

const roles: Readonly<Record<Role, RoleParts>> = {
  /** Rows are output pixels, columns output channels, products taps × input channels. */
  forward: {
    leftAlongRows: false,
    rightAlongColumns: true,
    sizes: `
  rows = u.images * u.outputHeight * u.outputWidth;
  columns = u.outputs;
  last = u.filterHeight * u.filterWidth * u.inputs;`,
    left: `
  let channel = k % u.inputs;
  let tap = k / u.inputs;
  let x = row % u.outputWidth;
  let y = (row / u.outputWidth) % u.outputHeight;
  let image = row / (u.outputWidth * u.outputHeight);
  return inputAt(image, y * u.strideY + (tap / u.filterWidth) * u.dilationY - u.paddingTop,
    x * u.strideX + (tap % u.filterWidth) * u.dilationX - u.paddingLeft, channel);`,
    right: `return right[k * u.outputs + column];`,
    store: `result[row * u.outputs + column] = value;`,
  },
  /**
   * Rows are the input pixels of one phase of the strides, columns input channels, products the phase's taps × output
   * channels: no product with a zero between strides is made.
   */
  'input-gradient': {
    leftAlongRows: false,
    rightAlongColumns: false,
    sizes: `
  phaseY = i32(group.z) / u.strideX;
  phaseX = i32(group.z) % u.strideX;
  phaseHeight = (u.inputHeight - phaseY + u.strideY - 1) / u.strideY;
  phaseWidth = (u.inputWidth - phaseX + u.strideX - 1) / u.strideX;
  firstTapY = (phaseY + u.paddingTop) % u.strideY;
  firstTapX = (phaseX + u.paddingLeft) % u.strideX;
  let tapsY = max(0, (u.filterHeight - firstTapY + u.strideY - 1) / u.strideY);
  tapsX = max(0, (u.filterWidth - firstTapX + u.strideX - 1) / u.strideX);
  rows = u.images * phaseHeight * phaseWidth;
  columns = u.inputs;
  last = tapsY * tapsX * u.outputs;`,
    left: `
  let channel = k % u.outputs;
  let tap = k / u.outputs;
  let x = (row % phaseWidth) * u.strideX + phaseX;
  let y = ((row / phaseWidth) % phaseHeight) * u.strideY + phaseY;
  let image = row / (phaseWidth * phaseHeight);
  let outputY = (y + u.paddingTop - (firstTapY + (tap / tapsX) * u.strideY)) / u.strideY;
  let outputX = (x + u.paddingLeft - (firstTapX + (tap % tapsX) * u.strideX)) / u.strideX;
  let beforeY = y + u.paddingTop < firstTapY + (tap / tapsX) * u.strideY;
  let beforeX = x + u.paddingLeft < firstTapX + (tap % tapsX) * u.strideX;
  if (beforeY || beforeX || outputY >= u.outputHeight || outputX >= u.outputWidth) { return 0.0; }
  return left[((image * u.outputHeight + outputY) * u.outputWidth + outputX) * u.outputs + channel];`,
    right: `
  let channel = k % u.outputs;
  let tap = k / u.outputs;
  let tapY = firstTapY + (tap / tapsX) * u.strideY;
  let tapX = firstTapX + (tap % tapsX) * u.strideX;
  return right[((tapY * u.filterWidth + tapX) * u.inputs + column) * u.outputs + channel];`,
    store: `
  let x = (row % phaseWidth) * u.strideX + phaseX;
  let y = ((row / phaseWidth) % phaseHeight) * u.strideY + phaseY;
  let image = row / (phaseWidth * phaseHeight);
  result[((image * u.inputHeight + y) * u.inputWidth + x) * u.inputs + column] = value;`,
  },
  /**
   * Rows are taps × input channels, columns output channels, products output pixels; the latter are split over groups,
   * whose results lie one after the other, to be summed in their order.
   */
  'filter-gradient': {
    leftAlongRows: true,
    rightAlongColumns: true,
    sizes: `
  rows = u.filterHeight * u.filterWidth * u.inputs;
  columns = u.outputs;
  first = i32(group.z) * u.depthPerSplit;
  last = min(first + u.depthPerSplit, u.images * u.outputHeight * u.outputWidth);`,
    left: `
  let channel = row % u.inputs;
  let tap = row / u.inputs;
  let x = k % u.outputWidth;
  let y = (k / u.outputWidth) % u.outputHeight;
  let image = k / (u.outputWidth * u.outputHeight);
  return inputAt(image, y * u.strideY + (tap / u.filterWidth) * u.dilationY - u.paddingTop,
    x * u.strideX + (tap % u.filterWidth) * u.dilationX - u.paddingLeft, channel);`,
    right: `return right[k * u.outputs + column];`,
    store: `result[(i32(group.z) * rows + row) * u.outputs + column] = value;`,
  },
};

const inputAt = /* wgsl */ `
fn inputAt(image: i32, y: i32, x: i32, channel: i32) -> f32 {
  if (y < 0 || x < 0 || y >= u.inputHeight || x >= u.inputWidth) { return 0.0; }
  return left[((image * u.inputHeight + y) * u.inputWidth + x) * u.inputs + channel];
}`;

/** The shader of one role: buffers `left`, `right`, `result`. */
export function convolutionShader(role: Role, columnsOfTile: 8 | 32): Shader {
  const { leftAlongRows, rightAlongColumns, sizes, left, right, store } = roles[role];
  const perThread = columnsOfTile / 8;
  const cells = range(4).flatMap((i) => range(perThread).map((j) => ({ i, j })));
  const place = (along: boolean, side: number) =>
    along
      ? `let side = index % ${side}; let k = index / ${side};`
      : `let k = index % ${tileDepth}; let side = index / ${tileDepth};`;
  const code = /* wgsl */ `
${bindings(
  [
    ['left', 'read'],
    ['right', 'read'],
    ['result', 'read_write'],
  ],
  shapeUniforms,
)}
var<workgroup> leftTile: array<f32, ${tileRows * tileDepth}>;
var<workgroup> rightTile: array<f32, ${columnsOfTile * tileDepth}>;
var<private> group: vec3<u32>;
var<private> phaseY: i32; var<private> phaseX: i32; var<private> phaseHeight: i32; var<private> phaseWidth: i32;
var<private> firstTapY: i32; var<private> firstTapX: i32; var<private> tapsX: i32;
${role === 'input-gradient' ? '' : inputAt}
fn leftAt(row: i32, k: i32) -> f32 { ${left} }
fn rightAt(k: i32, column: i32) -> f32 { ${right} }

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) threadIndex: u32) {
  group = workgroup;
  let thread = i32(threadIndex);
  var rows = 0; var columns = 0; var first = 0; var last = 0;
  ${sizes}
  let firstRow = i32(workgroup.x) * ${tileRows};
  let firstColumn = i32(workgroup.y) * ${columnsOfTile};
  let threadRow = (thread / 8) * 4;
  let threadColumn = (thread % 8) * ${perThread};
  ${each(cells, ({ i, j }) => `var sum${i}${j} = 0.0;`)}
  let steps = (u.depthSteps + ${tileDepth - 1}) / ${tileDepth};
  for (var step = 0; step < steps; step++) {
    let start = first + step * ${tileDepth};
    for (var index = thread; index < ${tileRows * tileDepth}; index += 64) {
      ${place(leftAlongRows, tileRows)}
      let row = firstRow + side;
      var value = 0.0;
      if (row < rows && start + k < last) { value = leftAt(row, start + k); }
      leftTile[k * ${tileRows} + side] = value;
    }
    for (var index = thread; index < ${columnsOfTile * tileDepth}; index += 64) {
      ${place(rightAlongColumns, columnsOfTile)}
      let column = firstColumn + side;
      var value = 0.0;
      if (column < columns && start + k < last) { value = rightAt(start + k, column); }
      rightTile[k * ${columnsOfTile} + side] = value;
    }
    workgroupBarrier();
    for (var k = 0; k < ${tileDepth}; k++) {
      ${each(range(4), (i) => `let a${i} = leftTile[k * ${tileRows} + threadRow + ${i}];`)}
      ${each(range(perThread), (j) => `let b${j} = rightTile[k * ${columnsOfTile} + threadColumn + ${j}];`)}
      ${each(cells, ({ i, j }) => `sum${i}${j} += a${i} * b${j};`)}
    }
    workgroupBarrier();
  }
  ${each(cells, ({ i, j }) => `store(firstRow + threadRow + ${i}, firstColumn + threadColumn + ${j}, rows, columns, sum${i}${j});`)}
}
fn store(row: i32, column: i32, rows: i32, columns: i32, value: f32) {
  if (row >= rows || column >= columns) { return; }
  ${store}
}`;
  return { label: `relief ${role} ${columnsOfTile}`, code };
}

const range = (count: number): number[] => [...new Array(count).keys()];
const each = <T>(items: readonly T[], line: (item: T) => string): string => items.map(line).join('\n      ');
