/** The look of Chorus's pages: one ember accent on quiet paper, or on the night. */
export const style = `
  svg { --page: #fdfcfa; --panel: #f5f2ed; --ink: #1c1a21; --soft: #57535f; --faint: #6f6a77; --rule: #ddd8d0;
    --accent: #c2481c; --wash: #f3c9b4; --grey: #8b8794; --pale: #d3cfd6; --good: #17694a; --bad: #a3261b;
    --second: #3b6ea5; --third: #6f6a77; }
  @media (prefers-color-scheme: dark) {
    svg { --page: #0f1119; --panel: #171a25; --ink: #efedf4; --soft: #b1aebd; --faint: #918e9f; --rule: #2b2f40;
      --accent: #ff8552; --wash: #5a3427; --grey: #8b889a; --pale: #3a3d4d; --good: #7fdcb4; --bad: #ff8f80;
      --second: #7fb2ea; --third: #a09dae; }
  }
  text { font: 400 13px -apple-system, "Segoe UI", Roboto, "Adwaita Sans", Cantarell, Ubuntu, "Noto Sans", "DejaVu Sans", sans-serif;
    fill: var(--ink); font-variant-numeric: tabular-nums; }
  .halo { paint-order: stroke; stroke: var(--page); stroke-width: 5px; stroke-linejoin: round; }
  .title { font-size: 30px; font-weight: 650; letter-spacing: -0.01em; }
  .lead { font-size: 15px; fill: var(--soft); }
  .head { font-size: 17px; font-weight: 650; }
  .big { font-size: 30px; font-weight: 600; letter-spacing: -0.01em; }
  .label { fill: var(--soft); } .small { font-size: 12px; fill: var(--faint); }
  .strong { font-weight: 650; } .accent { fill: var(--accent); } .good { fill: var(--good); } .bad { fill: var(--bad); }
  .second { fill: var(--second); } .third { fill: var(--third); }
  .page { fill: var(--page); } .panel { fill: var(--panel); }
  .useful { fill: var(--grey); } .wasted { fill: var(--pale); } .own { fill: var(--accent); } .ownwasted { fill: var(--wash); }
  .rule { stroke: var(--rule); } .limit { stroke: var(--bad); stroke-dasharray: 5 4; }
  .mark { stroke: var(--faint); stroke-dasharray: 2 3; }
  .curve, .curve2, .curve3 { fill: none; stroke-width: 2.25; stroke-linejoin: round; stroke-linecap: round; }
  .curve { stroke: var(--accent); } .curve2 { stroke: var(--second); } .curve3 { stroke: var(--third); }
  .under { fill: var(--accent); opacity: 0.14; } .strip { fill: var(--grey); opacity: 0.55; }
  .dot { fill: var(--accent); }
`
