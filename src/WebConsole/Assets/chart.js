// Signal charts: the server draws the picture as SVG; with a script it becomes one that can be read point by point.
(() => {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  // light-dark() pairs resolve only as a colour of an element
  const colour = name => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };

  // a minute without calls is a gap in the line: a null between its neighbours
  function withGaps(data) {
    const times = [], values = [];
    data.times.forEach((time, i) => {
      if (i > 0 && time - data.times[i - 1] > data.gap) { times.push(data.times[i - 1] + 60); values.push(null); }
      times.push(time);
      values.push(data.values[i]);
    });
    return [times, values, times.map(() => data.limit)];
  }

  const clock = seconds => new Date(seconds * 1e3).toISOString().slice(11, 16);

  // what the window left possible, one step a minute
  function band(plot, data) {
    const { ctx } = plot;
    ctx.save();
    ctx.globalAlpha = 0.14;
    ctx.fillStyle = colour('--accent');
    data.times.forEach((time, i) => {
      if (data.high[i] == null) return;
      const next = data.times[i + 1];
      const until = next === undefined || next - time > data.gap ? time + 60 : next;
      const left = plot.valToPos(time, 'x', true), top = plot.valToPos(data.high[i], 'y', true);
      ctx.fillRect(left, top, plot.valToPos(until, 'x', true) - left, plot.valToPos(data.low[i], 'y', true) - top);
    });
    ctx.restore();
  }

  // under the line: the forbidden side, and minutes nobody measured
  function ground(plot, data) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = colour('--bad-wash');
    ctx.fillRect(bbox.left, bbox.top, bbox.width, plot.valToPos(data.limit, 'y', true) - bbox.top);
    band(plot, data);
    ctx.strokeStyle = colour('--ink-3');
    data.times.forEach((time, i) => {
      if (i === 0 || time - data.times[i - 1] <= data.gap) return;
      const from = plot.valToPos(data.times[i - 1], 'x', true), to = plot.valToPos(time, 'x', true);
      ctx.save();
      ctx.beginPath();
      ctx.rect(from, bbox.top, to - from, bbox.height);
      ctx.clip();
      ctx.beginPath();
      for (let x = from - bbox.height; x < to; x += 7) {
        ctx.moveTo(x, bbox.top + bbox.height);
        ctx.lineTo(x + bbox.height, bbox.top);
      }
      ctx.stroke();
      ctx.restore();
    });
    ctx.restore();
  }

  function draw(figure) {
    const data = JSON.parse(figure.dataset.points);
    if (data.times.length < 2) return;
    const host = figure.querySelector('[data-plot]');
    host.replaceChildren();
    new uPlot({
      width: figure.clientWidth, height: 250, legend: { live: true },
      scales: { y: { range: (_, low, high) => [0, Math.max(high, data.limit) * 1.15 || 1] } },
      axes: [
        { stroke: colour('--ink-2'), grid: { show: false }, values: (_, at) => at.map(clock) },
        { stroke: colour('--ink-2'), grid: { stroke: colour('--line') }, size: 60 },
      ],
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1e3), 'UTC'),
      series: [
        { label: 'UTC', value: (_, at) => at == null ? '' : clock(at) },
        { label: data.name, stroke: colour('--accent'), width: 1.75, spanGaps: false },
        { label: 'approved', stroke: colour('--ink'), dash: [6, 4], width: 1.4 },
      ],
      hooks: { drawClear: [plot => ground(plot, data)] },
    }, withGaps(data), host);
  }

  const drawAll = () => document.querySelectorAll('figure[data-signal]').forEach(draw);
  if (!window.uPlot) return;
  drawAll();
  document.addEventListener('provost:theme', drawAll);
  let waiting = 0;
  addEventListener('resize', () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(drawAll); });
})();
