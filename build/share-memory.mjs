/**
 * Marks the memory that a WebAssembly module defines as shared (threads proposal: limits flag 1 becomes 3), so that
 * worker threads can instantiate other modules on the same memory. The module's code is left as it is.
 */

const MEMORY_SECTION = 5;
const HEADER_BYTES = 8;

/**
 * @param {Uint8Array} module a binary module that defines one memory with a maximum
 * @returns {Uint8Array} the same module, its memory shared
 * @throws {Error} when there is no such memory, so that a changed dependency is noticed at build time
 */
export function shareMemory(module) {
  for (let at = HEADER_BYTES; at < module.length;) {
    const id = module[at];
    const size = readUnsigned(module, at + 1);
    if (id === MEMORY_SECTION) {
      const count = readUnsigned(module, size.next);
      const flags = module[count.next];
      if (count.value !== 1 || flags !== 1)
        throw new Error(`expected one unshared memory with a maximum, found ${count.value} with limits flag ${flags}`);
      const shared = Uint8Array.from(module);
      shared[count.next] = 3;
      return shared;
    }
    at = size.next + size.value;
  }
  throw new Error('the module defines no memory');
}

/**
 * An unsigned LEB128 number and the offset behind it.
 * @param {Uint8Array} bytes
 * @param {number} start
 */
function readUnsigned(bytes, start) {
  let value = 0;
  let shift = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at + 1 };
    shift += 7;
  }
  throw new Error('the module ends inside a number');
}
