/**
 * The part of the WebAssembly JavaScript interface (https://webassembly.github.io/spec/js-api/) that the engine uses.
 * Node has it; TypeScript declares it only together with the DOM, which this room does not know.
 */
declare namespace WebAssembly {
  interface Module {
    readonly __brand?: 'module';
  }
  const Module: { new (bytes: Uint8Array): Module; readonly prototype: Module };

  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const Instance: { new (module: Module, imports: Record<string, Record<string, unknown>>): Instance };

  interface Memory {
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
  }
  const Memory: {
    new (descriptor: { initial: number; maximum: number; shared: boolean }): Memory;
    readonly prototype: Memory;
  };

  function validate(bytes: Uint8Array): boolean;
}
