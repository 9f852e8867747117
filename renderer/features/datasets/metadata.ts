import type { SampleDetail } from '@shared/contract/channels';
import { frameRuleWords } from '@shared/domain/frame-rule';
import { formatBytes, formatLabel, formatScore } from '../../ui';

export interface MetadataEntry {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
  readonly mono?: boolean;
}

/** What the inspector lists about a sample, in reading order; what is not known is left out. */
export function metadataOf(sample: SampleDetail): MetadataEntry[] {
  const { item, prepared } = sample;
  const size = sample.width && sample.height ? `${sample.width} × ${sample.height} px` : null;
  const entries: (MetadataEntry | null)[] = [
    { name: 'Dataset', value: sample.datasetName },
    known('Subject', item.subject),
    { name: 'Set', value: item.set },
    { name: 'Label', value: item.attackType === null ? 'bona fide' : 'attack' },
    { name: 'Attack type', value: item.attackType === null ? 'none' : formatLabel(item.attackType) },
    known('Session', item.session),
    known('Device', item.device),
    known('Size', size, sample.bytes === null ? undefined : formatBytes(sample.bytes)),
    ...Object.entries(item.tags).map(([name, value]) => ({
      name: wordsOf(name),
      value,
    })),
    known('Clip', item.videoId),
    known('Frame', item.frame === null ? null : String(item.frame)),
    ...(item.kind === 'video' ? clipEntries(sample) : []),
    ...(prepared?.ok === true ? preparedEntries(prepared) : []),
    ...depthEntries(sample),
    { name: 'Origin', value: item.path, mono: true },
    { name: 'Id', value: item.id, mono: true },
  ];
  return entries.filter((entry) => entry !== null);
}

/** `jpegQuality` → `JPEG quality`. */
function wordsOf(tag: string): string {
  const words = tag
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[-_]/g, ' ')
    .toLowerCase()
    .replace(/\bjpeg\b/, 'JPEG');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function known(name: string, value: string | null, note?: string): MetadataEntry | null {
  if (value === null) return null;
  return note === undefined ? { name, value } : { name, value, note };
}

type PreparedSample = Extract<SampleDetail['prepared'], { ok: true }>;

function preparedEntries({ box, detectorScore, meshFlag, yaw, pitch }: PreparedSample): MetadataEntry[] {
  const [left, top, width, height] = box.map(Math.round);
  return [
    { name: 'Face box', value: `${left ?? 0}, ${top ?? 0}, ${width ?? 0} × ${height ?? 0} px` },
    detectorScore === null
      ? { name: 'Detector', value: 'not used', note: 'box given' }
      : { name: 'Detector', value: formatScore(detectorScore, 2) },
    ...(meshFlag === null ? [] : [{ name: 'Mesh flag', value: formatScore(meshFlag), note: '468 points' }]),
    ...(yaw === null || pitch === null
      ? []
      : [{ name: 'Pose', value: `yaw ${formatScore(yaw, 1)}°, pitch ${formatScore(pitch, 1)}°` }]),
  ];
}

/** What preparation took of a clip. */
function clipEntries({ rows, recipe }: SampleDetail): MetadataEntry[] {
  const used = rows.filter((row) => row.ok);
  const standIns = used.filter((row) => row.wantedFrame !== undefined).length;
  const rule: MetadataEntry = { name: 'Frame rule', value: frameRuleWords(recipe.frames) };
  if (rows.length === 0) return [rule];
  const numbers = [...new Set(used.map((row) => row.frame ?? 0))].join(', ');
  const note = standIns > 0 ? `${standIns} stand in for frames without a face` : undefined;
  const taken: MetadataEntry = { name: 'Frames', value: numbers === '' ? 'none' : numbers };
  return [rule, note === undefined ? taken : { ...taken, note }];
}

function depthEntries({ depthTarget, trueDepthCorrelation }: SampleDetail): MetadataEntry[] {
  if (!depthTarget) return [];
  let highest = 0;
  let sum = 0;
  for (const value of depthTarget) {
    highest = Math.max(highest, value);
    sum += value;
  }
  const target: MetadataEntry = {
    name: 'Depth target',
    value: highest === 0 ? 'all zero' : `0.000–${formatScore(highest)}`,
    note: `mean ${formatScore(sum / depthTarget.length)}`,
  };
  if (trueDepthCorrelation === null) return [target];
  return [target, { name: 'True depth', value: `r ${formatScore(trueDepthCorrelation, 2)}`, note: 'with mesh depth' }];
}
