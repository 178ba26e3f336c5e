// A real call: two Chromium pages with fake microphones, through Earshot and a real Janus; mute, a Janus that dies in the middle, hanging up.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { browser, dataDir, eventually, freePort, Server } from '../server.js';

const SECRET = 'a-test-secret-of-good-length-0123456789-0123456789-0123456789-0123456789';
// Who and what there is on a development server of kaiku.
const ALICE = '0190aaaa-0000-7000-8000-000000000001';
const BOB = '0190bbbb-0000-7000-8000-000000000002';
const LOUNGE = '0190cccc-0000-7000-8000-000000000005';

// Until the server speaks kaiku there is nobody to call.
const spoken = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8').includes('kaiku.enabled');

const data = dataDir();
let server;
let chromium;
before(async () => {
  if (!spoken) return;
  process.env.EARSHOT_KAIKU_JWT_SECRET = SECRET;
  server = await new Server(await freePort(), data, ['--voice']).start();
  chromium = await browser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
}, { timeout: 120_000 });
after(async () => {
  await chromium?.close();
  await server?.kill('SIGTERM');
});

const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(sub) {
  const now = Math.floor(Date.now() / 1000);
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub, typ: 'access', iat: now, exp: now + 600 })}`;
  return `${body}.${createHmac('sha256', SECRET).update(body).digest('base64url')}`;
}

/** The Janus that serve --voice has started. */
function janus() {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (words[0].endsWith('janus') && words[2] === `${data}/janus`) return Number(pid);
    } catch { /* gone meanwhile */ }
  }
  throw new Error('no Janus runs');
}

/** Joins as the clients of the original do: microphone, connection, then voice_join; offers are answered, and nothing else is done about media. */
async function joined(user, { trickles }) {
  const context = await chromium.newContext({ permissions: ['microphone'] });
  const page = await context.newPage();
  page.problems = [];
  page.on('pageerror', e => page.problems.push(e.message));
  await page.goto(server.url + '/');
  await page.evaluate(async ({ address, channel, trickles }) => {
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    const call = (window.call = { heard: [], pc: new RTCPeerConnection() });
    for (const track of microphone.getTracks()) call.pc.addTrack(track, microphone);
    call.pc.ontrack = ({ streams }) => {
      call.stream = streams[0].id;
      const player = new Audio();
      player.srcObject = streams[0];
      player.play();
    };
    const socket = new WebSocket(address);
    call.say = (type, more = {}) => socket.send(JSON.stringify({ type, channel_id: channel, ...more }));
    call.pc.onicecandidate = ({ candidate }) => trickles && call.say('voice_ice_candidate', { candidate: JSON.stringify(candidate ?? { candidate: '', sdpMid: '0', sdpMLineIndex: 0 }) });
    // One after the other: a candidate may only come when its offer is in place.
    let turn = Promise.resolve();
    const on = {
      voice_offer: async ({ sdp }) => {
        await call.pc.setRemoteDescription({ type: 'offer', sdp });
        await call.pc.setLocalDescription(await call.pc.createAnswer());
        call.say('voice_answer', { sdp: call.pc.localDescription.sdp });
      },
      voice_ice_candidate: ({ candidate }) => call.pc.addIceCandidate(JSON.parse(candidate)),
    };
    socket.onmessage = ({ data: text }) => {
      const event = JSON.parse(text);
      call.heard.push(event);
      turn = turn.then(() => on[event.type]?.(event));
    };
    await new Promise(done => { socket.onopen = done; });
    call.say('voice_join');
  }, { address: `${server.url.replace('http', 'ws')}/ws?token=${token(user)}`, channel: LOUNGE, trickles });
  return page;
}

const hears = (page, what, type, least = 1) =>
  eventually(page, what, ([t, n]) => call.heard.filter(e => e.type === t).length >= n, [type, least]);
const connected = page => eventually(page, 'media should be connected', () => call.pc.connectionState === 'connected');
const types = page => page.evaluate(() => call.heard.map(e => e.type));
const inbound = page => page.evaluate(async () => {
  for (const s of (await call.pc.getStats()).values()) if (s.type === 'inbound-rtp') return { bytes: s.bytesReceived, energy: s.totalAudioEnergy };
  return { bytes: 0, energy: 0 };
});

/** Until so much more sound has come; a beep of the fake microphone brings a tenth. */
async function hearsSound(page, what) {
  const before = await inbound(page);
  const end = Date.now() + 20_000;
  for (;;) {
    const now = await inbound(page);
    // A connection that was made anew counts from zero.
    if (now.bytes > 0 && (now.energy - before.energy > 0.02 || (now.energy < before.energy && now.energy > 0.02))) return now;
    assert.ok(Date.now() < end, `${what}: sound should come, ${JSON.stringify({ before, now })}`);
    await new Promise(r => setTimeout(r, 50));
  }
}

/** Two beeps' time, after what was on its way. */
async function hearsSilence(page, what) {
  await new Promise(r => setTimeout(r, 500));
  const before = await inbound(page);
  await new Promise(r => setTimeout(r, 1500));
  const now = await inbound(page);
  assert.ok(now.energy - before.energy < 0.001, `${what}: silence should be, ${JSON.stringify({ before, now })}`);
}

test('two people in a voice channel hear each other, through mute and a dead Janus, until one hangs up', { timeout: 90_000, skip: spoken ? false : 'the server does not speak kaiku yet' }, async () => {
  const alice = await joined(ALICE, { trickles: true });
  await hears(alice, 'she should be told who is there', 'voice_room_state');
  const bob = await joined(BOB, { trickles: false });
  await Promise.all([connected(alice), connected(bob)]);
  await Promise.all([hearsSound(alice, 'Alice'), hearsSound(bob, 'Bob')]);
  await hears(alice, 'Bob should have joined', 'voice_user_joined');
  for (const page of [alice, bob]) {
    const order = await types(page);
    assert.ok(order.indexOf('voice_offer') < order.indexOf('voice_room_state'), 'the offer comes before the room state');
    assert.ok(order.indexOf('voice_offer') < order.indexOf('voice_ice_candidate'), 'no candidate comes before the offer');
    assert.equal(await page.evaluate(() => call.stream), `${LOUNGE}:microphone`);
  }
  const state = await bob.evaluate(() => call.heard.find(e => e.type === 'voice_room_state'));
  assert.deepEqual(state.participants.map(p => p.user_id).sort(), [ALICE, BOB]);

  await alice.evaluate(() => call.say('voice_mute'));
  await hears(bob, 'he should hear of the mute', 'voice_user_muted');
  await hearsSilence(bob, 'Bob, while Alice is muted');
  await alice.evaluate(() => call.say('voice_unmute'));
  await hears(bob, 'he should hear that it ends', 'voice_user_unmuted');
  await hearsSound(bob, 'Bob, when Alice speaks again');

  process.kill(janus(), 'SIGKILL');
  await Promise.all([alice, bob].map(page => hears(page, 'another offer should come', 'voice_offer', 2)));
  await Promise.all([connected(alice), connected(bob)]);
  await Promise.all([hearsSound(alice, 'Alice, after Janus died'), hearsSound(bob, 'Bob, after Janus died')]);
  for (const page of [alice, bob]) assert.ok(!(await types(page)).includes('voice_user_left'), 'nobody left meanwhile');

  await bob.evaluate(() => call.say('voice_leave'));
  await hears(alice, 'Bob should have left', 'voice_user_left');
  await hearsSilence(alice, 'Alice, alone');
  await alice.evaluate(() => call.pc.close());
  const metrics = async () => (await fetch(server.url + '/metrics')).text();
  for (let i = 0; !/^earshot_voice_participants 0/m.test(await metrics()); i++) {
    assert.ok(i < 100, 'who closes the media connection is out of the room');
    await new Promise(r => setTimeout(r, 50));
  }
  for (const page of [alice, bob]) {
    assert.deepEqual(page.problems, [], 'the page threw');
    await page.context().close();
  }
});
