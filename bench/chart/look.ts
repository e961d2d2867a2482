/** The look of the chart: the pages' own paper and night. */
export const style = `
svg { --surface: #fdfcfa; --line: #e5e1da; --ink: #1c1a21; --soft: #57535f; --faint: #6f6a77;
  --accent: #c2481c; --wash: #fbeee7; --plain: #77738a; --first: #5b6fb5; --second: #a9b4de; --third: #1d8a80; }
@media (prefers-color-scheme: dark) { svg { --surface: #0f1119; --line: #262a3a; --ink: #efedf4; --soft: #b1aebd;
  --faint: #918e9f; --accent: #ff8552; --wash: #241a1d; --plain: #8f8ca3; --first: #8095e0; --second: #47558f;
  --third: #4fc3b5; } }
text { font: 12px -apple-system, "Segoe UI", Roboto, Cantarell, Ubuntu, "Noto Sans", "DejaVu Sans", sans-serif;
  fill: var(--soft); font-variant-numeric: tabular-nums; }
.title { font-size: 19px; font-weight: 650; fill: var(--ink); }
.lead { font-size: 13px; }
.panel { font-size: 13px; font-weight: 650; fill: var(--ink); }
.note, .tick, .route { font-size: 11px; fill: var(--faint); }
.tick { text-anchor: middle; }
.way { font-weight: 600; fill: var(--ink); }
.ours { font-weight: 700; fill: var(--accent); }
.value { font-size: 11px; }
.surface { fill: var(--surface); }
.wash { fill: var(--wash); }
.grid { stroke: var(--line); }
.rule { stroke: var(--line); }
.plain { fill: var(--plain); }
.accent { fill: var(--accent); }
.span { stroke: var(--plain); stroke-width: 2.5; stroke-linecap: round; }
.span-ours { stroke: var(--accent); stroke-width: 2.5; stroke-linecap: round; }
.hollow { fill: var(--surface); stroke: var(--plain); stroke-width: 2; }
.hollow-ours { fill: var(--surface); stroke: var(--accent); stroke-width: 2; }
.ideal { stroke: var(--second); stroke-width: 2; stroke-dasharray: 2 4; stroke-linecap: round; }
.first { fill: var(--first); }
.second { fill: var(--second); }
.third { fill: var(--third); }`
