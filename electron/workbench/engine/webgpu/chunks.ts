/** Rows split into chunks of about as many rows as there are chunks: work for many threads, and short sums over chunks. */
export function chunked(rows: number): { chunks: number; chunkRows: number } {
  const chunkRows = Math.max(1, Math.ceil(Math.sqrt(rows)));
  return { chunks: Math.ceil(rows / chunkRows), chunkRows };
}
