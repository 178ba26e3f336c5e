// The status page: reads /health and /metrics once a second and draws what changed.
const KEEP = 60; // points of each line: one minute
const dialed = {
  threadkit: '/ws?project_id=…&token=…',
  waddle: '/channel/{id}/websocket',
  summit: '/socket.io/ (Socket.IO)',
  graphwiz: '/ws/{room}?auth_token=…',
  watch: '/v1/watch?room=…',
};
const lines = { sessions: [], rooms: [], in: [], out: [] };
let before = null;

/** Prometheus text as a map from series name to a list of {labels, value}. */
function parseMetrics(text) {
  const series = new Map();
  for (const line of text.split('\n')) {
    const m = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (!m) continue;
    const labels = {};
    for (const [, k, v] of (m[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[k] = v;
    if (!series.has(m[1])) series.set(m[1], []);
    series.get(m[1]).push({ labels, value: Number(m[3]) });
  }
  return series;
}

const sum = (series, name) => (series.get(name) ?? []).reduce((n, s) => n + s.value, 0);

function byDialect(series, name) {
  const out = {};
  for (const { labels, value } of series.get(name) ?? []) out[labels.dialect] = (out[labels.dialect] ?? 0) + value;
  return out;
}

function human(n) {
  if (n >= 1e6) return (n / 1e6).toFixed(n >= 1e7 ? 0 : 1) + ' M';
  if (n >= 1e4) return (n / 1e3).toFixed(n >= 1e5 ? 0 : 1) + ' k';
  return n >= 100 || Number.isInteger(n) ? String(Math.round(n)) : n.toFixed(1);
}

function duration(ms) {
  const s = Math.floor(ms / 1000);
  const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const i = parts.findIndex(([size]) => s >= size);
  if (i < 0) return '0 s';
  const [size, unit] = parts[i];
  const rest = parts[i + 1] ? Math.floor((s % size) / parts[i + 1][0]) : 0;
  return `${Math.floor(s / size)} ${unit}` + (rest ? ` ${rest} ${parts[i + 1][1]}` : '');
}

function draw(name, value) {
  const points = lines[name];
  points.push(value);
  if (points.length > KEEP) points.shift();
  document.getElementById(name).textContent = human(value);
  const top = Math.max(...points, 1);
  const step = 100 / (KEEP - 1);
  const start = 100 - (points.length - 1) * step;
  document.getElementById(name + '-line').setAttribute(
    'points', points.map((v, i) => `${(start + i * step).toFixed(1)},${(32 - (v / top) * 28).toFixed(1)}`).join(' '));
}

function drawDialects(series) {
  const sessions = byDialect(series, 'websocket_active_connections');
  const received = byDialect(series, 'websocket_messages_received_total');
  const delivered = byDialect(series, 'earshot_deliveries_total');
  const names = [...new Set(['threadkit', 'waddle', ...Object.keys(sessions), ...Object.keys(received)])].filter(n => n && n !== 'undefined');
  document.getElementById('dialects').replaceChildren(...names.map(name => {
    const row = document.createElement('tr');
    const cells = [name, dialed[name] ?? '', human(sessions[name] ?? 0), human(received[name] ?? 0), human(delivered[name] ?? 0)];
    cells.forEach((text, i) => {
      const cell = row.insertCell();
      if (i === 1) {
        cell.className = 'hide-small';
        const code = document.createElement('code');
        code.textContent = text;
        cell.append(code);
      } else {
        if (i > 1) cell.className = 'n';
        cell.textContent = text;
      }
    });
    return row;
  }));
}

async function look() {
  const pill = document.getElementById('health');
  try {
    const [health, metrics] = await Promise.all([
      fetch('/health', { cache: 'no-store', headers: { accept: 'application/json' } }),
      fetch('/metrics', { cache: 'no-store', headers: { accept: 'text/plain' } }),
    ]);
    const h = await health.json();
    pill.textContent = `${h.status} · up ${duration(h.uptime)}`;
    pill.className = 'pill ' + (h.status === 'healthy' ? 'good' : 'bad');
    const series = parseMetrics(await metrics.text());
    const now = { at: performance.now(), in: sum(series, 'websocket_messages_received_total'), out: sum(series, 'earshot_deliveries_total') };
    draw('sessions', sum(series, 'websocket_active_connections'));
    draw('rooms', sum(series, 'websocket_active_rooms'));
    if (before) {
      const seconds = (now.at - before.at) / 1000;
      draw('in', Math.max(0, now.in - before.in) / seconds);
      draw('out', Math.max(0, now.out - before.out) / seconds);
    }
    before = now;
    drawDialects(series);
    const build = series.get('earshot_build_info')?.[0]?.labels ?? {};
    document.getElementById('node').textContent = build.version ? `Earshot ${build.version}` : '';
  } catch {
    pill.textContent = 'not reachable, trying again';
    pill.className = 'pill bad';
    before = null;
  }
  setTimeout(look, document.hidden ? 5000 : 1000);
}

async function offerDemos() {
  const answer = await fetch('/demo/config.json').catch(() => null);
  if (answer?.ok) return;
  document.getElementById('no-demo').hidden = false;
  document.getElementById('demos').hidden = true;
}

offerDemos();
look();
