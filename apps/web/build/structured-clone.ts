// Stands in for @ungap/structured-clone in the bundle: every browser that we build for has its own.

export default globalThis.structuredClone;
