import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { ForeignChoice, ForeignFit, ForeignSystem } from '@shared/domain/foreign-scores';
import { useClient } from '../api/client';
import { useReports } from './reports';

/** A score file of another program: chosen in a dialog, or dropped on the window. */
export type ForeignGiven =
  { readonly path: string } | { readonly dropped: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } };

/** Larger files are chosen in the dialog, so that they do not pass through the page. */
const mostDroppedBytes = 64 * 2 ** 20;

/** Scores of other programs: the dialog that takes them in, and the calls behind it. */
export const useForeignScores = defineStore('foreign-scores', () => {
  const client = useClient();
  const reports = useReports();
  const dialogOpen = ref(false);
  /** The report whose rows beside the runs are being chosen. */
  const rowsOf = ref<string | null>(null);
  const given = shallowRef<ForeignGiven | null>(null);

  function show(file: ForeignGiven | null = null): void {
    given.value = file;
    dialogOpen.value = true;
  }
  /** Takes a dropped file when it looks like scores. @returns whether it was taken */
  async function drop(file: File): Promise<boolean> {
    if (!/\.(csv|tsv|txt|json)$/i.test(file.name) || file.size > mostDroppedBytes) return false;
    show({ dropped: { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) } });
    return true;
  }
  const inspect = (file: ForeignGiven, choice: ForeignChoice, signal?: AbortSignal): Promise<ForeignFit> =>
    client['scores.inspect']({ file, choice }, signal);

  /** Takes the file in and, where a report is named, shows it there. */
  async function take(
    file: ForeignGiven,
    choice: ForeignChoice,
    { name, title, report }: { readonly name: string; readonly title: string; readonly report: string | null },
  ): Promise<ForeignSystem> {
    const { system } = await client['scores.import']({ file, choice, name, ...(title === '' ? {} : { title }) });
    const definition = reports.list.find((one) => one.name === report);
    if (definition && !(definition.foreign ?? []).includes(system.name))
      await reports.save({ ...definition, foreign: [...(definition.foreign ?? []), system.name] });
    return system;
  }
  return { dialogOpen, rowsOf, given, show, drop, inspect, take };
});
