/** Endings of pictures that are decoded. */
export const pictureExtensions: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp']);

/** Endings of clips, HDF5 recordings among them. */
export const clipExtensions: ReadonlySet<string> = new Set([
  '.avi',
  '.mov',
  '.mp4',
  '.m4v',
  '.webm',
  '.mkv',
  '.hdf5',
  '.h5',
]);

/** Endings of HDF5 recordings. */
export const recordingExtensions: ReadonlySet<string> = new Set(['.hdf5', '.h5']);
