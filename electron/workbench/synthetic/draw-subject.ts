import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SynthesisOptions } from '@shared/domain/dataset';
import { z } from '@shared/zod';
import { encodeJpeg } from '@workbench/images/encode';
import { readJsonIfPresent, writeFileAtomic, writeJson } from '@workbench/project/files';
import { syntheticDomains } from './domains';
import { PlannedSubject, type PlannedImage } from './plan';
import { SynthesisRecord } from './record';
import { captureSource, sampleAttack, sampleBonaFide, type Sample, type SourceCapture } from './sample';
import { createSubject } from './subject';
import { DEPTH_SIDE } from './true-depth';

/** Raise it whenever the same options give other pixels: folders drawn by an older generator are drawn anew. */
export const GENERATOR_VERSION = 3;

/** Quality of the written files; the loss that counts, the camera's, is in the pixels already. */
const FILE_QUALITY = 95;

export const SubjectTask = z.strictObject({
  options: SynthesisOptions,
  subject: PlannedSubject,
  outputFolder: z.string(),
});
export type SubjectTask = z.infer<typeof SubjectTask>;

/** What was drawn of a subject: written last, so that its presence means that the subject's pictures are all there. */
const SubjectDone = z.strictObject({
  key: z.string(),
  records: z.array(SynthesisRecord),
  /** Size of each file, to tell a whole one from one that a crash cut short. */
  fileBytes: z.array(z.int().positive()),
});

/** Records of one subject; `trueDepth` counts rows of this subject's own maps. */
export interface DrawnSubject {
  readonly records: readonly SynthesisRecord[];
  /** `[bona fide pictures, 32, 32]` */
  readonly trueDepth: Uint8Array;
}

/** Draws a subject's pictures that are not there yet. @param onImage called after every picture, drawn or found */
export async function drawSubject(task: SubjectTask, onImage: () => void): Promise<DrawnSubject> {
  const found = await readSubject(task);
  if (found) {
    for (let i = 0; i < found.records.length; i++) onImage();
    return found;
  }
  const { options, subject, outputFolder } = task;
  const draw = createPainter(task);
  const records: SynthesisRecord[] = [];
  const fileBytes: number[] = [];
  const maps: Uint8Array[] = [];
  for (const image of subject.images) {
    const sample = draw(image);
    const bytes = await encodeJpeg(sample.image, FILE_QUALITY);
    await writeFileAtomic(join(outputFolder, image.path), bytes, { durable: false });
    fileBytes.push(bytes.length);
    records.push(describe(options, subject, image, sample, sample.trueDepth ? maps.length : null));
    if (sample.trueDepth) maps.push(sample.trueDepth);
    onImage();
  }
  const trueDepth = Buffer.concat(maps);
  await writeFileAtomic(depthFile(task), trueDepth, { durable: false });
  await writeJson(doneFile(task), { key: keyOf(task), records, fileBytes }, { durable: false });
  return { records, trueDepth };
}

/** Draws one picture after the other of a subject; the person is made on first use, a capture kept until the next. */
function createPainter({ options, subject }: SubjectTask): (image: PlannedImage) => Sample {
  const domain = syntheticDomains[options.domain];
  const person = createSubject(subject.seed);
  let source: { readonly number: number; readonly capture: SourceCapture } | undefined;
  return (image) => {
    const kind = image.attack === null ? undefined : domain.attacks[image.attack];
    if (!kind || image.source === null) return sampleBonaFide(person, domain, image.seed);
    if (source?.number !== image.source) {
      const capture = captureSource(person, domain, `${subject.seed}/source/${String(image.source)}`);
      source = { number: image.source, capture };
    }
    return sampleAttack(source.capture, domain, kind, options.strength, image.seed);
  };
}

function describe(
  options: SynthesisOptions,
  subject: PlannedSubject,
  image: PlannedImage,
  sample: Sample,
  row: number | null,
): SynthesisRecord {
  const kind = image.attack === null ? undefined : syntheticDomains[options.domain].attacks[image.attack];
  return {
    path: image.path,
    subject: subject.name,
    set: subject.set,
    attackType: kind?.type ?? null,
    device: sample.device,
    box: [...sample.box],
    tags: { ...sample.tags },
    seed: image.seed,
    trueDepth: row,
  };
}

function doneFile({ outputFolder, subject }: SubjectTask): string {
  return join(outputFolder, '.synthesis', `${subject.name}.json`);
}

function depthFile({ outputFolder, subject }: SubjectTask): string {
  return join(outputFolder, '.synthesis', `${subject.name}.u8`);
}

function keyOf({ options, subject }: SubjectTask): string {
  const { domain, seed, strength } = options;
  const text = JSON.stringify([GENERATOR_VERSION, domain, seed, strength, subject]);
  return createHash('sha256').update(text).digest('hex');
}

/** What an earlier run drew of the subject with these very options, or undefined when anything of it is missing. */
async function readSubject(task: SubjectTask): Promise<DrawnSubject | undefined> {
  const done = await readJsonIfPresent(doneFile(task), SubjectDone, 'record of a drawn subject');
  if (done?.key !== keyOf(task)) return undefined;
  for (const [index, record] of done.records.entries())
    if (!(await isWholeJpeg(join(task.outputFolder, record.path), done.fileBytes[index]))) return undefined;
  const trueDepth = await readFile(depthFile(task)).catch(() => undefined);
  const rows = done.records.filter((record) => record.trueDepth !== null).length;
  if (trueDepth?.length !== rows * DEPTH_SIDE * DEPTH_SIDE) return undefined;
  return { records: done.records, trueDepth };
}

/** Whether the file has the expected size and ends with a JPEG's end marker. */
async function isWholeJpeg(path: string, bytes: number | undefined): Promise<boolean> {
  if (bytes === undefined) return false;
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return false;
  try {
    const { size } = await file.stat();
    if (size !== bytes) return false;
    const end = Buffer.alloc(2);
    await file.read(end, 0, 2, size - 2);
    return end[0] === 0xff && end[1] === 0xd9;
  } finally {
    await file.close();
  }
}
