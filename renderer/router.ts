import { createRouter, type Router, type RouterHistory, type RouteRecordRaw } from 'vue-router';
import type { IconName } from './ui';

/** A place of the rail. */
export interface Room {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly icon: IconName;
  /** Needs an open project. */
  readonly project: boolean;
  /** At the foot of the rail. */
  readonly foot?: boolean;
}

export const rooms: readonly Room[] = [
  { name: 'datasets', title: 'Datasets', path: '/datasets', icon: 'datasets', project: true },
  { name: 'experiments', title: 'Experiments', path: '/experiments', icon: 'experiments', project: true },
  { name: 'runs', title: 'Runs', path: '/runs', icon: 'runs', project: true },
  { name: 'depth', title: 'Depth', path: '/depth', icon: 'depth', project: true },
  { name: 'reports', title: 'Reports', path: '/reports', icon: 'reports', project: true },
  { name: 'engine', title: 'Engine', path: '/engine', icon: 'engine', project: false, foot: true },
  { name: 'settings', title: 'Settings', path: '/settings', icon: 'settings', project: false, foot: true },
];

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'first-run', component: () => import('./features/first-run/FirstRunView.vue') },
  { path: '/datasets', name: 'datasets', component: () => import('./features/datasets/DatasetsView.vue') },
  {
    path: '/datasets/protocols/:name?',
    name: 'protocols',
    component: () => import('./features/datasets/protocols/ProtocolsView.vue'),
    props: true,
  },
  {
    path: '/experiments/:name?',
    name: 'experiments',
    component: () => import('./features/experiments/ExperimentsView.vue'),
    props: true,
  },
  { path: '/runs/:job?', name: 'runs', component: () => import('./features/runs/RunsView.vue'), props: true },
  /** Query: `job`, `epoch`, `dataset`, `index` choose what is shown. */
  { path: '/depth', name: 'depth', component: () => import('./features/depth/DepthView.vue') },
  { path: '/depth/outside', name: 'depth-outside', component: () => import('./features/depth/OutsideView.vue') },
  { path: '/depth/targets', name: 'depth-targets', component: () => import('./features/depth/TargetsView.vue') },
  {
    path: '/reports/:name?',
    name: 'reports',
    component: () => import('./features/reports/ReportsView.vue'),
    props: true,
  },
  { path: '/engine', name: 'engine', component: () => import('./features/engine/EngineView.vue') },
  { path: '/settings', name: 'settings', component: () => import('./features/settings/SettingsView.vue') },
  { path: '/:rest(.*)*', redirect: '/' },
];

/** The room that a place lies in: its own path or one below it. */
export function roomOf(path: string): Room | undefined {
  return rooms.find((room) => path === room.path || path.startsWith(`${room.path}/`));
}

export function createReliefRouter(history: RouterHistory): Router {
  return createRouter({ history, routes });
}
