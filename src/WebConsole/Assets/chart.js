// Signal charts: the server draws the picture as SVG; with a script it becomes one that can be read point by point.
(() => {
  const ink = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const probe = document.createElement('span');
  document.body.append(probe);
  // light-dark() pairs resolve only as a colour of an element
  const colour = name => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };

  function draw(figure) {
    const data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    const host = figure.querySelector('[data-plot]');
    host.replaceChildren();
    const limit = data.times.map(() => data.limit);
    new uPlot({
      width: figure.clientWidth, height: 220, legend: { live: true },
      scales: { y: { range: (_, low, high) => [0, Math.max(high, data.limit) * 1.15 || 1] } },
      axes: [
        { stroke: colour('--ink-2'), grid: { stroke: colour('--line') } },
        { stroke: colour('--ink-2'), grid: { stroke: colour('--line') }, size: 60 },
      ],
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1e3), 'UTC'),
      series: [
        { label: 'UTC' },
        { label: data.name, stroke: colour('--accent'), width: 1.75, spanGaps: false },
        { label: 'lower 95 %', stroke: 'transparent' },
        { label: 'upper 95 %', stroke: 'transparent' },
        { label: 'approved', stroke: colour('--ink'), dash: [6, 4], width: 1.4 },
      ],
      bands: [{ series: [3, 2], fill: colour('--picked') }],
    }, [data.times, data.values, data.low, data.high, limit], host);
  }

  const drawAll = () => document.querySelectorAll('figure[data-signal]').forEach(draw);
  if (ink('--page') && window.uPlot) {
    drawAll();
    document.addEventListener('provost:theme', drawAll);
    addEventListener('resize', drawAll);
  }
})();
