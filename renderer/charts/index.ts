export { default as ChartLegend } from './ChartLegend.vue';
export { default as ErrorCurveChart } from './ErrorCurveChart.vue';
export { default as HeatTable } from './HeatTable.vue';
export { default as HistogramChart } from './HistogramChart.vue';
export { default as LineChart } from './LineChart.vue';
export { default as ScoreHistogram } from './ScoreHistogram.vue';
export { default as Sparkline } from './Sparkline.vue';
export { useChartTheme, withOpacity, type ChartTheme } from './chart-theme';
export type { Band, ErrorCurveSeries, HeatCell, LegendEntry, LineSeries } from './chart-types';
