import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Filler,
  LinearScale,
  LogarithmicScale,
  LineController,
  LineElement,
  PointElement,
  ScatterController,
  Tooltip,
} from 'chart.js';
import annotation from 'chartjs-plugin-annotation';
import zoom from 'chartjs-plugin-zoom';
import { onBeforeUnmount, onMounted, type Ref, watch } from 'vue';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  LinearScale,
  LogarithmicScale,
  LineController,
  LineElement,
  PointElement,
  ScatterController,
  Tooltip,
  annotation,
  zoom,
);

/** The one way to a Chart.js chart: made when its canvas is there, updated when what `configuration` reads changes. */
export function useChart(
  canvas: Ref<HTMLCanvasElement | null>,
  configuration: () => ChartConfiguration,
): { chart: () => Chart | undefined } {
  let chart: Chart | undefined;

  onMounted(() => {
    const context = canvas.value?.getContext('2d');
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    if (context) chart = new Chart(context, { ...configuration() });
  });
  watch(configuration, (next) => {
    if (!chart) return;
    chart.data = next.data;
    chart.options = next.options ?? {};
    chart.update('none');
  });
  onBeforeUnmount(() => {
    chart?.destroy();
    chart = undefined;
  });
  return { chart: () => chart };
}
