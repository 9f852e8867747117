import { expect, test } from './launch';

test('starts the workbench again when it is killed, and the page keeps working', async ({ desktop }) => {
  const workbenchPid = () =>
    desktop.app.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'relief-workbench')?.pid ?? null);
  await expect.poll(workbenchPid).not.toBeNull();
  const first = await workbenchPid();
  if (first === null) throw new Error('no workbench process');

  process.kill(first, 'SIGKILL');

  await expect
    .poll(async () => {
      const pid = await workbenchPid();
      return pid !== null && pid !== first;
    })
    .toBe(true);
  expect(desktop.log()).toContain('ended unexpectedly (killed');
  expect(await desktop.page.evaluate(() => document.readyState)).toBe('complete');
});
