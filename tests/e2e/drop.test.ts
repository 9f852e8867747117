import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Relief } from '../fixtures/relief';
import { expect, launchDesktop, test } from './launch';

test('a folder that is dropped on the window opens the import filled in; what a page makes up opens nothing', async () => {
  const relief = new Relief();
  await relief.createTinyProject([]);
  const folder = join(relief.folder, 'npu');
  mkdirSync(join(folder, 'Train_files'), { recursive: true });
  for (const phone of [1, 2])
    for (const access of [1, 2]) writeFileSync(join(folder, 'Train_files', `${phone}_1_01_${access}.avi`), '');
  const desktop = await launchDesktop({ home: relief.home });
  try {
    const { page } = desktop;
    await desktop.answerDialogs(relief.project);
    await page.getByRole('button', { name: 'Open project' }).first().click();
    await expect(page.getByText('No datasets yet')).toBeVisible();

    const dialog = page.getByRole('dialog', { name: 'Import dataset' });
    // A page can dispatch a drop of a file that it has made; that has no path and is no person's doing.
    await page.evaluate(() => {
      const dropped = new DataTransfer();
      dropped.items.add(new File(['x'], 'passwd'));
      document.dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true, cancelable: true }));
    });
    await expect(page.getByText('passwd was not taken')).toBeVisible();
    await expect(dialog).toBeHidden();

    const input = await page.context().newCDPSession(page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await input.send('Input.dispatchDragEvent', {
        type,
        x: 600,
        y: 400,
        data: { items: [], files: [folder], dragOperationsMask: 1 },
      });
    await expect(dialog).toBeVisible();
    await expect(dialog.getByText(/100 % of its clips are named as OULU-NPU names them/)).toBeVisible();
    await expect(dialog.getByText(`relief import ${folder} --as oulu-npu --name npu`)).toBeVisible();
    await expect(dialog.getByText('4 items, 1 subject')).toBeVisible();
  } finally {
    await desktop.close();
    relief.dispose();
  }
});
