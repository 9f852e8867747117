import { type GridColumn, UiButton, UiDataGrid, UiNumberField, UiStamp, UiTextField } from '@renderer/ui';
import { TooltipProvider } from 'reka-ui';
import { type App, type Component, createApp, h, nextTick, ref, type VNode } from 'vue';
import { afterEach, describe, expect, it } from 'vitest';
import { allByRole, fill, press } from '../support/by-role';

let app: App | undefined;
afterEach(() => {
  app?.unmount();
});

function show(render: () => VNode): void {
  document.body.innerHTML = '<div id="app"></div>';
  app = createApp({ render: () => h(TooltipProvider, null, { default: render }) });
  app.mount('#app');
}

const one = (role: string, name?: string | RegExp): HTMLElement => {
  const [found] = allByRole(role, name);
  if (!found) throw new Error(`no ${role} named ${String(name)}`);
  return found;
};

describe('a button', () => {
  it('stays focusable while held, tells its reasons, and does nothing', () => {
    let clicks = 0;
    show(() => h(UiButton, { reasons: ['Choose a folder first.'], onClick: () => clicks++ }, () => 'Import'));
    const button = one('button', /^Import/);
    button.focus();
    expect(document.activeElement).toBe(button);
    expect(button.getAttribute('aria-disabled')).toBe('true');
    const description = document.getElementById(button.getAttribute('aria-describedby') ?? '');
    expect(description?.textContent).toBe('Choose a folder first.');
    button.click();
    expect(clicks).toBe(0);
  });

  it('takes its name from the label when it shows an icon alone', () => {
    let clicks = 0;
    show(() => h(UiButton, { icon: 'chevron-left', label: 'Previous sample', onClick: () => clicks++ }));
    one('button', 'Previous sample').click();
    expect(clicks).toBe(1);
  });
});

describe('a number field', () => {
  function field(initial: number, props: Record<string, unknown> = {}) {
    const value = ref(initial);
    show(() =>
      h(UiNumberField, {
        modelValue: value.value,
        'onUpdate:modelValue': (next: number | undefined) => {
          if (next !== undefined) value.value = next;
        },
        label: 'Learning rate',
        ...props,
      }),
    );
    return { value, input: one('spinbutton', 'Learning rate') };
  }

  it('accepts 2e-4', async () => {
    const { value, input } = field(0.001);
    fill(input, '2e-4');
    await nextTick();
    expect(value.value).toBe(2e-4);
    expect(input.getAttribute('aria-valuenow')).toBe('0.0002');
  });

  it('steps by arrows, ten times with Shift, and stays inside its bounds', async () => {
    const { value, input } = field(5, { step: 1, min: 0, max: 12 });
    press(input, 'ArrowUp');
    await nextTick();
    expect(value.value).toBe(6);
    press(input, 'ArrowUp', { shiftKey: true });
    await nextTick();
    expect(value.value).toBe(12);
  });

  it('says what is wrong while a text is no number, and keeps the value', async () => {
    const { value, input } = field(5);
    if (!(input instanceof HTMLInputElement)) throw new Error('not an input');
    input.value = 'many';
    input.dispatchEvent(new Event('input'));
    await nextTick();
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(document.body.textContent).toContain('Not a number');
    input.dispatchEvent(new Event('blur'));
    await nextTick();
    expect(value.value).toBe(5);
    expect(input.value).toBe('5');
  });
});

describe('a text field', () => {
  it('ties its error to the input', () => {
    show(() => h(UiTextField, { modelValue: 'a b', label: 'Name', error: 'Use letters only.' }));
    const input = one('textbox', 'Name');
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(input.getAttribute('aria-describedby') ?? '')?.textContent).toBe(
      'Use letters only.',
    );
  });

  it('says why it is locked and cannot be typed in', () => {
    show(() => h(UiTextField, { modelValue: 'test', label: 'Set', lockedBecause: 'Given by the source.' }));
    expect(one('textbox', 'Set').hasAttribute('readonly')).toBe(true);
  });
});

describe('a data grid', () => {
  interface Run {
    name: string;
    hter: number | null;
  }
  const rows: Run[] = [
    { name: 'b', hter: 9.6 },
    { name: 'a', hter: 12.8 },
    { name: 'c', hter: null },
  ];
  const columns: GridColumn<Run>[] = [
    { id: 'name', title: 'Run', value: ({ name }) => name },
    { id: 'hter', title: 'HTER %', value: ({ hter }) => hter, number: true },
  ];
  const selected: string[] = [];
  const properties: Record<string, unknown> = {
    columns,
    rows,
    rowId: ({ name }: Run) => name,
    label: 'Runs',
    onSelect: ({ name }: Run) => selected.push(name),
  };
  const Grid: Component = UiDataGrid;
  const names = () => [...document.querySelectorAll('tbody tr')].map((row) => row.children[0]?.textContent.trim());

  it('sorts by a column head and tells the order', async () => {
    show(() => h(Grid, properties));
    one('button', 'Run').click();
    await nextTick();
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(document.querySelector('th')?.getAttribute('aria-sort')).toBe('ascending');
  });

  it('walks its rows by arrow keys', () => {
    selected.length = 0;
    show(() => h(Grid, properties));
    const [first] = document.querySelectorAll('tbody tr');
    if (!first) throw new Error('no row');
    press(first, 'ArrowDown');
    press(first, 'End');
    expect(selected).toEqual(['a', 'c']);
  });
});

describe('a stamp', () => {
  it('words the policy, and marks an oracle as such', () => {
    show(() => h('div', [h(UiStamp, { policy: 'source-dev-min-hter' }), h(UiStamp, { policy: 'oracle-eer' })]));
    const [named, oracle] = document.querySelectorAll('.stamp');
    expect(named?.textContent).toBe('source-dev min HTER');
    expect(oracle?.textContent).toBe('oracle (test)');
    expect(oracle?.classList.contains('oracle')).toBe(true);
  });
});
