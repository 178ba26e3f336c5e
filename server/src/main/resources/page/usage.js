// What tenants used, from /v1/stats: messages, users, connections. Asked again every 15 seconds while the page is looked at.
const AGAIN = 15_000;
const SOON = 2_000; // while there is nothing to show
const WIDTH = 1000;
const HEIGHT = 120;
const ranges = [
  { name: '24 hours', by: 'hour', points: 24, minutes: 1440 },
  { name: '7 days', by: 'hour', points: 168 },
  { name: '30 days', by: 'day', points: 30 },
  { name: '12 months', by: 'month', points: 12 },
];
const get = id => document.getElementById(id);
let range = ranges[0];
let tenant = null;
let asked = 0;

const number = new Intl.NumberFormat('en');
const formats = {
  minute: new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' }),
  hour: new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
  day: new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }),
  month: new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' }),
};
const when = (point, by) => formats[by].format(new Date(point.at));

/** The begin of the span, `back` spans ago; spans are UTC. */
function start(by, back) {
  const now = new Date();
  const parts = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), now.getUTCHours(), now.getUTCMinutes()];
  const keep = { month: 2, day: 3, hour: 4, minute: 5 }[by];
  parts[keep - 1] -= back;
  return new Date(Date.UTC(...parts.slice(0, keep), ...(by === 'month' ? [1] : []))).toISOString();
}

async function read(by, points) {
  const query = new URLSearchParams({ by, tenant: tenant.tenant, from: start(by, points - 1) });
  const answer = await fetch(`/v1/stats/${encodeURIComponent(tenant.realm)}?${query}`, { cache: 'no-store' });
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).points;
}

function shape(tag, attributes, parent) {
  const it = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) it.setAttribute(name, value);
  parent.append(it);
  return it;
}

function element(tag, className, text, parent) {
  const it = document.createElement(tag);
  if (className) it.className = className;
  if (text !== undefined) it.textContent = text;
  parent.append(it);
  return it;
}

/** 1, 2 or 5 times a power of ten, not below the value. */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map(n => n * power).find(n => n >= value) ?? 10 * power;
}

function bars(svg, values, top) {
  const step = WIDTH / values.length;
  values.forEach((value, i) => {
    if (value === 0) return;
    const height = Math.max(1.5, value / top * HEIGHT);
    shape('rect', {
      class: 'bar-shape' + (i === values.length - 1 ? ' now' : ''),
      x: (i * step + step * .1).toFixed(2), width: (step * .8).toFixed(2),
      y: (HEIGHT - height).toFixed(2), height: height.toFixed(2),
    }, svg);
  });
}

function line(svg, values, top) {
  const step = WIDTH / values.length;
  const points = values.map((value, i) => `${((i + .5) * step).toFixed(2)},${(HEIGHT - value / top * HEIGHT).toFixed(2)}`).join(' ');
  shape('polygon', { class: 'area', points: `${step / 2},${HEIGHT} ${points} ${WIDTH - step / 2},${HEIGHT}` }, svg);
  shape('polyline', { class: 'line-shape', points }, svg);
}

/** One plot: a title, what it comes to, the shape, three times below it; the value under the pointer at the right. */
function plot(title, sum, points, by, value, draw) {
  const values = points.map(value);
  const top = ceiling(Math.max(...values));
  const figure = document.createElement('figure');
  figure.className = 'plot';
  const caption = element('figcaption', '', undefined, figure);
  element('h3', '', title, caption);
  element('span', 'sum', sum(values), caption);
  const under = element('span', 'under', '', caption);
  const frame = element('div', 'frame', undefined, figure);
  const svg = shape('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img',
    'aria-label': `${title}: ${sum(values)}` }, frame);
  for (const y of [0, HEIGHT / 2, HEIGHT]) shape('line', { class: 'grid', x1: 0, x2: WIDTH, y1: y, y2: y }, svg);
  draw(svg, values, top);
  element('span', 'top', number.format(top), frame);
  const axis = element('div', 'axis', undefined, figure);
  for (const i of [0, Math.floor((points.length - 1) / 2), points.length - 1]) element('span', '', when(points[i], by), axis);
  follow(svg, points, values, by, under);
  return figure;
}

function follow(svg, points, values, by, under) {
  const cursor = shape('line', { class: 'cursor', y1: 0, y2: HEIGHT, visibility: 'hidden' }, svg);
  svg.addEventListener('pointermove', event => {
    const box = svg.getBoundingClientRect();
    const i = Math.min(points.length - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * points.length)));
    const x = (i + .5) * WIDTH / points.length;
    cursor.setAttribute('x1', x);
    cursor.setAttribute('x2', x);
    cursor.setAttribute('visibility', 'visible');
    under.textContent = `${number.format(values[i])} · ${when(points[i], by)}`;
  });
  svg.addEventListener('pointerleave', () => {
    cursor.setAttribute('visibility', 'hidden');
    under.textContent = '';
  });
}

const total = values => `${number.format(values.reduce((a, b) => a + b, 0))} in ${range.name}`;
const most = values => `${number.format(Math.max(...values))} at most`;

async function draw() {
  const mine = ++asked;
  const [points, minutes] = await Promise.all([read(range.by, range.points), range.minutes ? read('minute', range.minutes) : null]);
  if (mine !== asked) return;
  // The minute that has just begun may not be counted yet.
  if (minutes?.at(-1).connections === 0) minutes.pop();
  const per = range.by;
  get('usage-plots').replaceChildren(
    plot(`Messages per ${per}`, total, points, per, p => p.messages, bars),
    plot(`Users per ${per}`, most, points, per, p => p.users, bars),
    minutes
      ? plot('Connections', most, minutes, 'minute', p => p.connections, line)
      : plot(`Most connections per ${per}`, most, points, per, p => p.peakConnections, bars));
}

const label = t => t.tenant ? `${t.realm} · ${t.tenant.length > 20 ? t.tenant.slice(0, 8) + '…' : t.tenant}` : t.realm;
const key = t => `${t.realm} ${t.tenant}`;

function offer(tenants) {
  const select = get('usage-tenant');
  if ([...select.options].map(o => o.value).join() !== tenants.map(key).join()) {
    select.replaceChildren(...tenants.map(t => Object.assign(document.createElement('option'), { value: key(t), textContent: label(t), title: t.tenant })));
    select.hidden = tenants.length === 0;
  }
  tenant = tenants.find(t => tenant && key(t) === key(tenant)) ?? tenants[0] ?? null;
  if (tenant) select.value = key(tenant);
  select.onchange = () => {
    tenant = tenants.find(t => key(t) === select.value);
    draw().catch(() => {});
  };
}

function offerRanges() {
  get('usage-range').replaceChildren(...ranges.map(each => {
    const button = document.createElement('button');
    button.textContent = each.name;
    button.setAttribute('aria-pressed', String(each === range));
    button.addEventListener('click', () => {
      range = each;
      offerRanges();
      if (tenant) draw().catch(() => {});
    });
    return button;
  }));
}

async function look() {
  try {
    if (document.hidden) return;
    const answer = await fetch('/v1/stats', { cache: 'no-store' });
    // Off, or not for everybody: then there is nothing to show here.
    get('usage').hidden = !answer.ok;
    if (!answer.ok) return;
    const { tenants } = await answer.json();
    offer(tenants);
    get('usage-empty').hidden = tenants.length > 0;
    get('usage-range').hidden = tenants.length === 0;
    if (tenant) await draw();
  } catch {
    // The server is away; the pill says so.
  } finally {
    setTimeout(look, tenant ? AGAIN : SOON);
  }
}

offerRanges();
look();
