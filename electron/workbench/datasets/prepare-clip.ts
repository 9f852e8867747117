import { chooseFrames, frameRuleWords } from '@shared/domain/frame-rule';
import { ImagePyramid } from '@workbench/faces/region';
import type { FrameSource } from '@workbench/video/frame-source';
import { type GivenFace, readTrack } from './given-faces';
import type { PrepareTools } from './prepare-item';
import type { ItemOutcome, PreparedFailure, PrepareRequest } from './prepare-messages';
import { preparePicture } from './prepare-picture';

/** Frames of one clip that are taken at most: they are in memory together. */
export const mostFrames = 2000;
/** Frames after a wanted one without a face that are tried in its place, up to the next wanted one. */
const tries = 10;

/**
 * The frames of a clip that the recipe wants, prepared. Where a wanted frame has no face, the next one that has is taken
 * instead, and the row says so; where none of the next ones has, the row says why.
 * @throws AppError when the clip cannot be read
 */
export async function prepareClip(
  request: PrepareRequest,
  source: FrameSource,
  tools: Pick<PrepareTools, 'faces' | 'depth'>,
): Promise<ItemOutcome> {
  const { path, name, recipe, track, box, eyes } = request;
  const info = await source.info(path, name);
  const wanted = chooseFrames(recipe.frames, info.frames);
  if (wanted.length === 0) return [none(request, undefined, `has ${info.frames} frames`)];
  if (wanted.length > mostFrames) {
    const words = frameRuleWords(recipe.frames);
    const message = `${name}: ${words} would be ${wanted.length} frames; at most ${mostFrames} are taken of one clip.`;
    return [{ ok: false, reason: 'too-large', message }];
  }
  const givenOnce: GivenFace | null = box || eyes ? { box, eyes: eyes ?? null } : null;
  const tracked = track ? await readTrack(track.path, track.format) : undefined;
  const prepareFrame = async (frame: number, pyramid: ImagePyramid): Promise<ItemOutcome> => {
    const outcome = await preparePicture(request, pyramid, tracked?.get(frame) ?? givenOnce, tools, frame);
    return outcome.map((entry) => (entry.ok ? { ...entry, row: { ...entry.row, frame } } : { ...entry, frame }));
  };

  const outcomes = new Map<number, ItemOutcome>();
  for await (const { frame, image } of source.frames(path, wanted, name))
    outcomes.set(frame, await prepareFrame(frame, new ImagePyramid(image)));

  const standIns = standInsFor(wanted, outcomes, info.frames);
  for await (const { frame, image } of source.frames(path, [...standIns.keys()], name)) {
    const original = standIns.get(frame);
    if (original === undefined || hasFace(outcomes.get(original))) continue;
    const outcome = await prepareFrame(frame, new ImagePyramid(image));
    if (!hasFace(outcome)) continue;
    outcomes.set(
      original,
      outcome.map((entry) => (entry.ok ? { ...entry, row: { ...entry.row, wantedFrame: original } } : entry)),
    );
  }
  return wanted.flatMap((frame) => outcomes.get(frame) ?? [none(request, frame, `gives no frame ${frame}`)]);
}

/** Frame to try → the wanted frame that it may stand in for. */
function standInsFor(
  wanted: readonly number[],
  outcomes: ReadonlyMap<number, ItemOutcome>,
  total: number,
): Map<number, number> {
  const standIns = new Map<number, number>();
  wanted.forEach((frame, index) => {
    if (!outcomes.has(frame) || hasFace(outcomes.get(frame))) return;
    const end = Math.min(frame + tries, (wanted[index + 1] ?? total) - 1);
    for (let next = frame + 1; next <= end; next++) standIns.set(next, frame);
  });
  return standIns;
}

const hasFace = (outcome: ItemOutcome | undefined) => outcome?.some(({ ok }) => ok) === true;

function none({ name }: PrepareRequest, frame: number | undefined, why: string): PreparedFailure {
  const failure: PreparedFailure = { ok: false, reason: 'no-frame', message: `${name} ${why}.` };
  return frame === undefined ? failure : { ...failure, frame };
}
