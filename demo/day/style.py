"""How the report looks: on screens light and dark, and on paper."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --paper: #fff; --rule: #d9dbe0;
  --kept: #2f6fb0; --missed: #c2410c; --close: #8a8f98; --band: rgba(194, 65, 12, .14);
  --good: #18794e; --bad: #ce2c31; }
@media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #a8adb5; --paper: #15171a;
  --rule: #363a41; --kept: #6cb0f0; --missed: #ff9254; --close: #7d838c;
  --band: rgba(255, 146, 84, .2); --good: #4cc38a; --bad: #ff9592; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 1.5rem; color: var(--ink);
  background: var(--paper); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .4rem; }
p { max-width: 75ch; margin: .3rem 0 .8rem; } .soft { color: var(--soft); }
ol { padding-left: 1.4rem; } li { margin: .15rem 0; }
.verdict { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1rem 0; padding: 0;
  list-style: none; }
.verdict li { border: 1px solid var(--rule); border-radius: .5rem; padding: .4rem .9rem; }
.verdict b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.good b { color: var(--good); } .bad b { color: var(--bad); }
.pair { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1.2rem;
  align-items: start; }
@media (max-width: 900px) { .pair { grid-template-columns: minmax(0, 1fr); } }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums;
  width: 100%; }
caption { text-align: left; color: var(--soft); padding-bottom: .2rem; }
th, td { padding: .16rem .5rem; border-bottom: 1px solid var(--rule); text-align: right;
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
svg { width: 100%; height: auto; display: block; font: 13px system-ui, sans-serif; }
.grid { stroke: var(--rule); } .axis, .note { fill: var(--soft); } .label { fill: var(--ink); }
.dot { fill: var(--kept); fill-opacity: .45; } .line { fill: none; stroke: var(--missed);
  stroke-width: 2; } .band { fill: var(--band); }
.kept { fill: var(--kept); } .missed { fill: var(--missed); } .close { fill: var(--close); }
.key span { margin-right: 1rem; } .key i { display: inline-block; width: .8em; height: .8em;
  margin-right: .35em; vertical-align: -.05em; }
.key .k { background: var(--kept); } .key .m { background: var(--missed); }
.key .c { background: var(--close); }
@media print { :root { --ink: #000; --paper: #fff; --rule: #bbb; --soft: #444; --kept: #2f6fb0;
  --missed: #c2410c; --close: #8a8f98; --band: #f3d9cc; color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10pt; } section { break-inside: avoid; }
  .scroll { overflow: visible; } * { print-color-adjust: exact;
  -webkit-print-color-adjust: exact; } }
"""
