/**
 * The look of every page, on paper, a phone, light and dark. Colours come in pairs that keep a contrast of 4.5 to 1 for text
 * and 3 to 1 for shapes (WCAG 2.1, 1.4.3 and 1.4.11); none of them says what no shape or word says too.
 */
export const PAGE_STYLE = [
  ':root{color-scheme:light dark;--page:#fff;--text:#1b1b1b;--quiet:#595959;--line:#d0d4d8;--shade:#f1f3f5;--old:#7b8794;--new:#1769aa;--good:#d9efdc;--bad:#f6d5d3;--edge:#a4262c;--accent:#0b5394}',
  '@media (prefers-color-scheme:dark){:root{--page:#14171a;--text:#e8e8e8;--quiet:#b3b8bd;--line:#40464c;--shade:#22272b;--old:#8d99a6;--new:#6fb3e8;--good:#1d3d25;--bad:#4d2222;--edge:#ff9c94;--accent:#8cc4f5}}',
  'body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:var(--text);background:var(--page)}',
  'h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.15rem;margin:2rem 0 .4rem}h3{font-size:1rem;margin:1.2rem 0 .2rem}p,li{margin:.3rem 0;max-width:60rem}h1,h2,h3,p,dd,li{overflow-wrap:anywhere}',
  'table{border-collapse:collapse;margin:.6rem 0}th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}thead th{white-space:nowrap}tbody th{font-weight:normal}td{overflow-wrap:break-word}',
  '.right{text-align:right;font-variant-numeric:tabular-nums}.whole{white-space:nowrap}.scroll{overflow-x:auto;max-width:100%}.scroll:focus-visible{outline:2px solid var(--accent)}',
  'caption,.said{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}.scroll{position:relative}',
  'dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.6rem 0}dt{color:var(--quiet)}dd{margin:0;min-width:0}@media (max-width:30rem){dl{display:block}dd{margin:0 0 .4rem}}',
  'summary{cursor:pointer;margin:.4rem 0}.quiet{color:var(--quiet)}.lead{font-size:1.05rem}',
  'svg.plot{display:block;width:100%;max-width:40rem;height:auto;margin:.4rem 0;fill:var(--text);font:11px system-ui,sans-serif}figure{margin:.6rem 0}figcaption{color:var(--quiet);max-width:60rem}',
  '.old{fill:var(--old)}.new{fill:var(--new)}.axis{stroke:var(--quiet);fill:none}.grid{stroke:var(--line);fill:none}.ink{stroke:var(--new);fill:none}.limit{stroke:var(--edge);fill:none}.page{fill:var(--page)}.outline{stroke:var(--text)}',
  '.slate{table-layout:fixed}.slate th,.slate td{padding:.2rem .1rem;overflow:hidden}.slate .cell{text-align:center;border-left:1px solid var(--line)}.slate .wide{padding:.2rem .5rem}',
  '.slate .match{background:var(--good)}.slate .missed{background:var(--bad)}.slate .unknown{background:repeating-linear-gradient(45deg,var(--page) 0 4px,var(--shade) 4px 6px)}.slate .out td,.slate .out th{color:var(--quiet)}.slate .out td:not(.cell),.slate .out th{background:var(--shade)}.slate td.blocks{outline:2px solid var(--edge);outline-offset:-2px;color:var(--text)}.slate .group th{background:none;color:var(--text);padding:.6rem .1rem .2rem}',
  '@media (max-width:40rem){.scroll>table{min-width:30rem}.scroll td:last-child:not(.right):not(.whole){min-width:14rem}}@media print{body{margin:0;max-width:none;font-size:10pt}.scroll{overflow:visible}section,figure{break-inside:avoid}table{break-inside:auto}*{print-color-adjust:exact}}',
].join('');
