/** The page's style: light by default (and on paper), dark where the reader's system is dark. Colours as in the interface. */
export const reportStyle = `
:root { color-scheme: light dark; --bg: #fff; --panel: #f6f7f9; --line: #dde1e6; --text: #15181c; --text-2: #454c56; --text-3: #5d6571; --accent: #2156c4; --warn: #855300; --hatch: #c3c9d1; }
@media screen and (prefers-color-scheme: dark) {
  :root { --bg: #15181c; --panel: #1b1f24; --line: #262b32; --text: #e7eaee; --text-2: #b0b8c2; --text-3: #909aa6; --accent: #7fabff; --warn: #e5a93f; --hatch: #3a424d; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 13px/20px Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1240px; margin: 0 auto; padding: 24px; }
h1 { font-size: 18px; line-height: 28px; font-weight: 600; margin: 0 0 8px; }
h2 { font-size: 15px; font-weight: 600; margin: 32px 0 8px; padding-top: 16px; border-top: 1px solid var(--line); }
h2 small { font-weight: 400; color: var(--text-3); margin-left: 8px; }
p { margin: 0 0 4px; color: var(--text-2); }
.statement { color: var(--text); }
.faint { color: var(--text-3); }
.stamp { display: inline-block; font-size: 11px; line-height: 16px; font-weight: 500; padding: 1px 7px; border: 1px solid var(--text-3); border-radius: 5px; vertical-align: 3px; color: var(--text-2); }
.stamp.warn { color: var(--warn); border-color: var(--warn); }
.scroll { overflow-x: auto; }
table { border-collapse: separate; border-spacing: 2px; }
caption { text-align: left; color: var(--text-3); font-size: 12px; padding: 0 0 6px; }
th { text-align: left; font-weight: 500; padding: 4px 10px 4px 0; }
thead th { color: var(--text-3); font-size: 11px; vertical-align: bottom; }
td { padding: 4px 10px 4px 0; vertical-align: middle; }
.number { text-align: right; }
small { font-size: 11px; line-height: 15px; }
td small, th small { display: block; color: var(--text-3); font-weight: 400; }
.rate { min-width: 118px; padding: 6px 8px; text-align: right; border: 1px solid var(--line); border-radius: 3px; }
.rate .pair { display: block; white-space: nowrap; }
.rate .name { float: left; font-size: 11px; opacity: .8; padding-right: 10px; }
.rate b, .rate u, .rate .pair span:not(.name):not(.sd) { font-size: 14px; }
.rate b { font-weight: 700; }
.rate .sd { font-size: 11px; opacity: .85; }
.rate.heat { background: var(--lf); color: var(--lt); border-color: transparent; }
.rate.heat small { color: inherit; }
.rate.heat .name, .rate.heat .sd { opacity: 1; }
.rate.same { box-shadow: inset 0 0 0 2px var(--text); }
.rate.missing { color: var(--text-3); text-align: center; background: repeating-linear-gradient(45deg, transparent 0 5px, var(--hatch) 5px 6px); }
.incomplete { color: var(--text-3); }
.dense { border-collapse: collapse; width: 100%; }
.dense th, .dense td { border-bottom: 1px solid var(--line); font-size: 12px; vertical-align: top; }
.dense td small { display: inline; }
.dense td:nth-child(3) small, .dense th small, .dense td:last-child small { display: block; }
.type { display: block; white-space: nowrap; }
.path, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 11px; word-break: break-all; }
.legend { margin-top: 8px; font-size: 12px; }
.ramp { display: inline-flex; vertical-align: -1px; margin: 0 6px; }
.ramp i { width: 10px; height: 9px; background: var(--lf); }
.same-key { display: inline-block; width: 12px; height: 10px; border: 2px solid var(--text); border-radius: 2px; margin: 0 4px 0 18px; vertical-align: -1px; }
details { margin: 8px 0; }
summary { cursor: pointer; font-weight: 500; padding: 4px 0; }
.figures { display: flex; flex-wrap: wrap; gap: 32px; padding: 8px 0 16px; }
figure { margin: 0; max-width: 100%; }
figure svg { max-width: 100%; height: auto; }
.in-dark { display: none; }
@media screen and (prefers-color-scheme: dark) {
  .rate.heat { background: var(--df); color: var(--dt); }
  .ramp i { background: var(--df); }
  .in-dark { display: block; }
  .in-light { display: none; }
}
@media print { main { max-width: none; padding: 0; } h2 { break-after: avoid; } tr, figure { break-inside: avoid; } }
`;
