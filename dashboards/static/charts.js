// Charts are drawn already. plotly.js, packed within the page, takes one over when someone points at it, tabs to it or taps it.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let unpacked;

  async function unpack() {
    const packed = atob(document.getElementById('plotly').textContent);
    const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    const script = document.createElement('script');
    script.textContent = await new Response(stream).text();
    document.head.append(script);
    return window.Plotly;
  }

  function themed(layout, plot) {
    const style = getComputedStyle(plot);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { gridcolor: colour('--rule'), zerolinecolor: colour('--faint'), linecolor: colour('--rule') };
    return {
      ...layout,
      xaxis: { ...layout.xaxis, ...axis },
      yaxis: { ...layout.yaxis, ...axis },
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: style.fontFamily, size: 12, color: colour('--muted') },
      hoverlabel: { bgcolor: colour('--card'), bordercolor: colour('--rule'), font: { color: colour('--ink'), family: style.fontFamily } },
    };
  }

  async function takeOver(plot) {
    if (plot.dataset.state) return;
    plot.dataset.state = 'loading';
    const Plotly = await (unpacked ??= unpack());
    const spec = JSON.parse(plot.querySelector('script').textContent);
    const { height, ...layout } = spec.layout; // that of the drawing, which may be higher on a narrow screen, holds instead
    const stage = document.createElement('div');
    stage.className = 'stage';
    plot.append(stage);
    plot.dataset.state = 'live';
    const options = { displayModeBar: false, responsive: true };
    await Plotly.newPlot(stage, spec.data, themed(layout, plot), options);
    dark.addEventListener('change', () => Plotly.relayout(stage, themed(layout, plot)));
  }

  for (const plot of document.querySelectorAll('.plot')) {
    let wait;
    const start = () => takeOver(plot);
    plot.addEventListener('pointerenter', (event) => { if (event.pointerType === 'mouse') wait = setTimeout(start, 150); });
    plot.addEventListener('pointerleave', () => clearTimeout(wait));
    plot.addEventListener('focusin', start);
    plot.addEventListener('click', start);
  }
})();
