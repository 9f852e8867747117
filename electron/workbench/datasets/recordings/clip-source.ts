import { extname } from 'node:path';
import { type FrameSource, openFrameSource } from '@workbench/video/frame-source';
import { recordingExtensions } from '../importers/media-kinds';
import { RecordingReader } from './recording';

const isRecording = (path: string) => recordingExtensions.has(extname(path).toLowerCase());

/** Frames of one recording that are in memory together. */
const atOnce = 16;

/** Frames of clips and of HDF5 recordings alike. The decoder of clips is only looked for when there is a clip. */
export function openClipSource(): FrameSource {
  let clips: Promise<FrameSource> | undefined;
  const decoder = () => (clips ??= openFrameSource());
  const recordings = new RecordingReader();
  return {
    decoder: 'recordings and clips',
    async info(path, name = path) {
      if (!isRecording(path)) return (await decoder()).info(path, name);
      const { frames, width, height } = await recordings.shape(path, name);
      return { container: 'hdf5', codec: 'raw', width, height, rotation: 0, frames, framesPerSecond: null };
    },
    async *frames(path, wanted, name = path) {
      if (!isRecording(path)) {
        yield* (await decoder()).frames(path, wanted, name);
        return;
      }
      const { frames: total } = await recordings.shape(path, name);
      const there = [...new Set(wanted)].filter((frame) => frame < total).sort((a, b) => a - b);
      for (let first = 0; first < there.length; first += atOnce)
        for (const { frame, picture } of await recordings.frames(path, there.slice(first, first + atOnce), name))
          yield { frame, image: picture };
    },
    async close() {
      await recordings.close();
      await (await clips)?.close();
    },
  };
}
