/** How the report looks; wide screens and narrow ones. */
export const style = `
  * { box-sizing: border-box; }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 2.5rem 1.25rem 4rem; color: #343a40; background: #fffdf9; }
  h1 { font-size: 2.2rem; line-height: 1.15; letter-spacing: -0.02em; margin: 0; color: #212529; }
  h2 { font-size: 1.35rem; letter-spacing: -0.01em; margin: 3rem 0 0.75rem; color: #212529; }
  h3 { font-size: 1rem; margin: 0 0 0.25rem; }
  header p { font-size: 1.1rem; max-width: 38rem; margin: 0.75rem 0 0; }
  .facts { display: grid; grid-template-columns: repeat(4, 1fr); gap: 0.75rem; margin: 2rem 0 0; }
  .facts div { background: #fff4e6; border-radius: 0.75rem; padding: 0.9rem 1.1rem; font-size: 0.9rem; }
  .facts strong { display: block; font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.02em; color: #d9480f; }
  .plots { display: grid; grid-template-columns: 1fr 1fr; gap: 2rem; }
  svg { display: block; max-width: 100%; height: auto; }
  .matrix svg { margin: 0 auto; }
  .note { color: #868e96; font-size: 0.9rem; max-width: 38rem; }
  .wrong { display: grid; grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr)); gap: 1rem; }
  figure { margin: 0; background: #fff; border: 1px solid #f1e8dd; border-radius: 0.6rem; padding: 0.5rem; }
  figure img { display: block; width: 100%; height: auto; image-rendering: pixelated; }
  figcaption { margin-top: 0.4rem; }
  .bar { display: flex; align-items: center; gap: 0.4rem; height: 1.15rem; font-size: 0.85rem; }
  .bar b { width: 0.7rem; }
  .bar i { height: 0.5rem; min-width: 2px; border-radius: 0.25rem; background: currentColor; flex: 0 1 auto; }
  .guess { color: #d9480f; }
  .truth { color: #1864ab; }
  pre { background: #f8f4ee; border-radius: 0.6rem; padding: 1rem; overflow-x: auto; font-size: 0.85rem; line-height: 1.45; }
  @media (max-width: 42rem) {
    body { padding-top: 1.5rem; }
    h1 { font-size: 1.8rem; }
    .facts { grid-template-columns: 1fr 1fr; }
    .plots { grid-template-columns: 1fr; }
    .wrong { grid-template-columns: repeat(auto-fill, minmax(4.75rem, 1fr)); gap: 0.6rem; }
  }
`;
