import { computed, type ComputedRef } from 'vue';
import type { ColourMapName } from '@shared/figures/colour-maps';
import { useDepth } from '../../stores/depth';
import { formatScore } from '../../ui';
import type { FaceMaps } from './face-maps';
import { colourRanges, signedError, type Span, spanOf } from './ranges';
import type { useRelief } from './use-relief';

export interface FlatPane {
  readonly title: string;
  readonly note: string;
  readonly drawn: {
    readonly values: Float32Array;
    readonly map: ColourMapName | 'error';
    readonly low: number;
    readonly high: number;
    readonly hideBelow: number;
    readonly label: string;
  };
  readonly legend: { readonly low: string; readonly middle: string; readonly high: string };
}
/** The flat panes beside the photograph, each with how it is drawn and what its legend says. */
export function useFlatPanes(props: {
  readonly maps: FaceMaps;
  /** Epoch that the predicted map is of. */
  readonly epoch: number | null;
  readonly relief: ReturnType<typeof useRelief>;
}): {
  side: ComputedRef<string>;
  ranges: ComputedRef<{ target: Span; predicted: Span }>;
  flatPanes: ComputedRef<FlatPane[]>;
} {
  const depth = useDepth();
  const ranges = computed(() => colourRanges(depth.rangeMode, props.maps.target, props.maps.predicted));
  const side = computed(() => `${props.maps.size} × ${props.maps.size}`);
  function mapPane(title: string, note: string, values: Float32Array, range: Span, label: string): FlatPane {
    const { low, high } = spanOf(values);
    return {
      title,
      note,
      drawn: { values, map: depth.colourMap, ...range, hideBelow: depth.display.hideBelow, label },
      legend: {
        low: endWords(range.low, 'far'),
        middle: `file ${formatScore(low)} to ${formatScore(high)}`,
        high: endWords(range.high, 'near'),
      },
    };
  }
  const targetPane = computed(() =>
    mapPane(
      props.maps.targetTitle,
      `${side.value}, ${props.maps.targetNote}`,
      props.maps.target,
      ranges.value.target,
      `${props.maps.targetTitle === 'Target' ? 'Target depth' : props.maps.targetTitle}, ${props.maps.words}`,
    ),
  );
  const predictedPane = computed(() =>
    mapPane(
      'Predicted',
      props.epoch === null ? side.value : `${side.value}, epoch ${props.epoch}`,
      props.maps.predicted,
      ranges.value.predicted,
      `Predicted depth, epoch ${props.epoch ?? ''}`,
    ),
  );
  const errorPane = computed<FlatPane>(() => {
    const { errorRange } = depth.display;
    const words = errorRange.toFixed(2);
    return {
      title: 'Signed error',
      note: `predicted − ${props.maps.targetTitle.toLowerCase()}`,
      drawn: {
        values: signedError(props.maps.predicted, props.maps.target),
        map: 'error',
        low: -errorRange,
        high: errorRange,
        hideBelow: 0,
        label: 'Signed error',
      },
      legend: { low: `−${words} too far`, middle: '0', high: `+${words} too near` },
    };
  });
  const flatPanes = computed(() =>
    props.relief.shown.value ? [predictedPane.value] : [targetPane.value, predictedPane.value, errorPane.value],
  );
  return { side, ranges, flatPanes };
}

const endWords = (value: number, word: string) => `${Number.isInteger(value) ? value : formatScore(value, 2)} ${word}`;
