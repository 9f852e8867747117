import { z } from 'zod';

// zod probes `new Function` for a faster parser; our content security policy forbids that, so say so before any schema is built.
z.config({ jitless: true });

declare module 'zod' {
  interface GlobalMeta {
    /** Unit shown at the right of the field, such as `epochs` or `px`. */
    unit?: string;
    /** One or two sentences: what it does and in which range it is useful. */
    help?: string;
    /** Basic settings stand in the form at once, advanced ones behind "All". */
    level?: 'basic' | 'advanced';
    /** Step of the arrow keys in a number field. */
    step?: number;
    /** Words for the values of an enumeration, keyed by value. */
    labels?: Record<string, string>;
  }
}

/** Bytes as they come out of a port, over a buffer of any kind. */
export const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes');

export { z };

/** 32-bit floats as they come out of a port, over a buffer of any kind. */
export const Floats = z.custom<Float32Array>((value) => value instanceof Float32Array, 'expected 32-bit floats');
