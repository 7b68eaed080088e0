import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import fc from 'fast-check';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import type { Notice } from '../../src/domain/notice.ts';
import { ChannelFailure, type NoticeChannel } from '../../src/notify/channel.ts';
import { createMail } from '../../src/notify/mail.ts';
import { composeMessage, type Message, messageText } from '../../src/notify/message.ts';
import { dueOf, type NoticeBook, withMet, withSent } from '../../src/notify/notice-book.ts';
import { tellPeople } from '../../src/notify/tell.ts';
import { createWebhook, slackMessage } from '../../src/notify/webhook.ts';

const HOUR_MS = 3_600_000;
const ORIGIN = { environment: 'production', ledger: 'fieldmarshal.db' };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function aNotice(given: Partial<Notice> = {}): Notice {
  return {
    code: 'FM-6003',
    subject: 'decision 4047.1.3 step 1',
    sentence: 'Work order 4047: Somebody else is assigned: provider 557.',
    remedy: 'Nothing to do: a person or an accepted route was faster.',
    command: 'fieldmarshal explain 4047.1.3',
    ...given,
  };
}

const WEB = 'webhook';

/** Met at these hours; says at which of them it was sent. */
function sentAt(hours: readonly number[], repeatHours: number): readonly number[] {
  let book: NoticeBook = {};
  return hours.filter((hour) => {
    const nowMs = hour * HOUR_MS;
    book = withMet(book, [aNotice()], { channels: [WEB], nowMs, repeatMs: repeatHours * HOUR_MS });
    const due = dueOf(book, WEB);
    book = withSent(book, due, { channel: WEB, nowMs });
    return due.length > 0;
  });
}

describe('the book of notices', () => {
  const at = { channels: [WEB], nowMs: 0, repeatMs: HOUR_MS };

  it('tells what goes on again after the time for it, and what comes back after a day as new', () => {
    expect(sentAt([0, 1, 2, 3, 4, 5, 8, 9], 4)).toEqual([0, 4, 8]);
    expect(sentAt([0, 1, 26], 48)).toEqual([0, 26]);
  });

  it('lets a time in the future, by a clock that was set back, keep nothing back', () => {
    expect(sentAt([1000, 2, 3], 4)).toEqual([1000, 2]);
  });

  it('tells each thing once however often a run names it, and counts how often it was met', () => {
    const first = withMet({}, [aNotice(), aNotice()], at);
    expect(dueOf(first, WEB)).toHaveLength(1);
    const sent = withSent(first, dueOf(first, WEB), { channel: WEB, nowMs: 0 });
    const later = withMet(sent, [aNotice()], { ...at, nowMs: 2 * HOUR_MS });
    expect(dueOf(later, WEB)).toMatchObject([{ count: 2, firstAtMs: 0 }]);
  });

  it('keeps what could not be sent until it is, also when it is not met again', () => {
    const book = withMet({}, [aNotice()], at);
    const next = withMet(book, [], { ...at, nowMs: 60_000 });
    expect(dueOf(next, WEB)).toMatchObject([{ subject: 'decision 4047.1.3 step 1' }]);
    expect(dueOf(withSent(next, dueOf(next, WEB), { channel: WEB, nowMs: 60_000 }), WEB)).toEqual([]);
  });

  it('keeps the books of the channels apart', () => {
    const book = withMet({}, [aNotice()], { ...at, channels: [WEB, 'e-mail'] });
    const sent = withSent(book, dueOf(book, WEB), { channel: WEB, nowMs: 0 });
    expect([dueOf(sent, WEB), dueOf(sent, 'e-mail')]).toMatchObject([[], [{ code: 'FM-6003' }]]);
  });

  it('forgets after 30 days', () => {
    const book = withMet({}, [aNotice()], at);
    expect(withMet(book, [], { ...at, nowMs: 31 * 24 * HOUR_MS })).toEqual({});
  });

  it('never tells the same thing twice within the time for it, and never keeps a new thing back', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 6 * HOUR_MS }),
      subjects: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const repeatMs = 4 * HOUR_MS;
        let [book, nowMs]: [NoticeBook, number] = [{}, 0];
        const lastSent = new Map<string, number>();
        for (const { afterMs, subjects } of steps) {
          nowMs += afterMs;
          const met = subjects.map((subject) => aNotice({ subject }));
          book = withMet(book, met, { channels: [WEB], nowMs, repeatMs });
          const told = dueOf(book, WEB).map(({ subject }) => subject);
          for (const subject of subjects) {
            const before = lastSent.get(subject);
            expect(told.includes(subject)).toBe(before === undefined || nowMs - before >= repeatMs);
          }
          expect(subjects).toEqual(expect.arrayContaining(told));
          for (const subject of told) lastSent.set(subject, nowMs);
          book = withSent(book, dueOf(book, WEB), { channel: WEB, nowMs });
        }
      }),
    );
  });
});

function messageOf(...notices: readonly Notice[]): Message {
  return composeMessage(
    notices.map((notice) => ({ ...notice, count: 1, firstAtMs: 0 })),
    ORIGIN,
  );
}

describe('a message', () => {
  it('groups by reason, with what to do once and every command', () => {
    const other = aNotice({ subject: 'decision 4051.1.1 step 1', command: 'fieldmarshal explain 4051.1.1' });
    const stop = aNotice({
      code: 'FM-7001',
      subject: 'runs',
      sentence: '60 actions were wanted.',
      remedy: 'Look.',
      command: null,
    });
    const message = messageOf(stop, aNotice(), other);
    expect(message.title).toBe('fieldmarshal production, fieldmarshal.db: lost race (2); too many actions');
    expect(messageText(message)).toBe(
      [
        'FM-6003 lost race (2)',
        '- Work order 4047: Somebody else is assigned: provider 557.',
        '- Work order 4047: Somebody else is assigned: provider 557.',
        'To do: Nothing to do: a person or an accepted route was faster.',
        '  fieldmarshal explain 4047.1.3',
        '  fieldmarshal explain 4051.1.1',
        '',
        'FM-7001 too many actions (1)',
        '- 60 actions were wanted.',
        'To do: Look.',
        '',
      ].join('\n'),
    );
  });

  it('counts what is more than ten of a kind, and says since when it goes on', () => {
    const many = Array.from({ length: 13 }, (_, n) => aNotice({ subject: `decision ${n}`, sentence: `Number ${n}.` }));
    expect(messageText(messageOf(...many))).toContain('- … and 3 more.');
    const since = composeMessage([{ ...aNotice(), count: 7, firstAtMs: Date.UTC(2026, 10, 22, 8) }], ORIGIN);
    expect(messageText(since)).toContain('provider 557. (since 2026-11-22T08:00Z, met 7 times)');
  });

  it('lets no text of others call a channel or become a link in Slack, and keeps within its lengths', () => {
    const bad = aNotice({ sentence: `<!channel> <https://evil|click> & ${'x'.repeat(9_000)}` });
    const { text: plain, blocks } = slackMessage(messageOf(bad));
    expect(plain).not.toMatch(/[<>]/);
    expect(blocks.every(({ text: { type, text: shown } }) => type === 'plain_text' && shown.length <= 3_000)).toBe(
      true,
    );
    const everyCode = Array.from({ length: 80 }, (_, n) => ({
      head: `h${n}`,
      sentences: ['s'],
      remedies: [],
      commands: [],
    }));
    expect(slackMessage({ title: 't', groups: everyCode }).blocks).toHaveLength(50);
  });
});

/** Answers with these statuses in turn, then with the last; keeps the bodies. `null`: hangs up. */
async function hookThat(...statuses: readonly (number | null)[]) {
  const bodies: string[] = [];
  const server = createServer(async (incoming, answer) => {
    bodies.push(await text(incoming));
    const status = statuses[Math.min(bodies.length, statuses.length) - 1] ?? null;
    if (status === null) incoming.socket.destroy();
    else answer.writeHead(status, { location: 'http://127.0.0.1:9/' }).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const channel = createWebhook({ url: `http://127.0.0.1:${port}/services/T0KEN`, timeoutMs: 5_000, pausesMs: [0, 0] });
  closing.push(async () => {
    await channel.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { channel, bodies };
}

describe('a webhook', () => {
  it('is sent Slack’s JSON', async () => {
    const { channel, bodies } = await hookThat(200);
    await channel.send(messageOf(aNotice()));
    expect(bodies.map((body) => JSON.parse(body))).toEqual([slackMessage(messageOf(aNotice()))]);
  });

  it('is tried again when it is busy or hangs up, and not when it says no or points elsewhere', async () => {
    const busy = await hookThat(503, null, 200);
    await busy.channel.send(messageOf(aNotice()));
    expect(busy.bodies).toHaveLength(3);
    for (const status of [400, 404, 302]) {
      const no = await hookThat(status);
      await expect(no.channel.send(messageOf(aNotice()))).rejects.toThrow(`the webhook answered ${status}`);
      expect(no.bodies).toHaveLength(1);
    }
  });

  it('gives up with a failure that does not name the address', async () => {
    const { channel, bodies } = await hookThat(null);
    const failure: unknown = await channel.send(messageOf(aNotice())).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ChannelFailure);
    expect(String(failure)).toMatch(/did not answer \(UND_ERR_SOCKET\)$/);
    expect(String(failure)).not.toContain('T0KEN');
    expect(bodies).toHaveLength(3);
  });
});

/** A mail server that takes what comes, or refuses whoever logs in. */
async function mailServer({ refuses = false } = {}) {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username }, _session, done) =>
      refuses ? done(new Error(`no ${username}`)) : done(null, { user: username }),
    onData: (stream, _session, done) => {
      void buffer(stream).then((bytes) => {
        mails.push(bytes.toString('utf8'));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const mail = (login = '') =>
    createMail({
      url: `smtp://${login}127.0.0.1:${port}`,
      from: 'fm@example.org',
      to: ['a@example.org', 'b@example.org'],
      timeoutMs: 5_000,
    });
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { mail, mails };
}

describe('e-mail', () => {
  it('goes to all receivers as plain text, with the title as subject, and no line of a text becomes a header', async () => {
    const { mail, mails } = await mailServer();
    const message = messageOf(aNotice());
    await mail().send({ ...message, title: `${message.title}\r\nBcc: evil@example.org` });
    const [sent = ''] = mails;
    const [head = ''] = sent.split('\r\n\r\n');
    expect(head).toContain('To: a@example.org, b@example.org');
    expect(head.replace(/\r\n[ \t]+/g, ' ')).toMatch(
      /^Subject: fieldmarshal production, fieldmarshal\.db: lost race Bcc: evil@example\.org$/m,
    );
    expect(head).not.toMatch(/^Bcc:/m);
    expect(head).toContain('Auto-Submitted: auto-generated');
    expect(sent).toContain('- Work order 4047: Somebody else is assigned: provider 557.');
  });

  it('fails without the login in the message', async () => {
    const { mail } = await mailServer({ refuses: true });
    const failure: unknown = await mail('robot:s3cret-password@')
      .send(messageOf(aNotice()))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ChannelFailure);
    expect(String(failure)).not.toMatch(/s3cret|robot/);
    const nobody = createMail({ url: 'smtp://127.0.0.1:9', from: 'a@b', to: ['c@d'], timeoutMs: 2_000 });
    await expect(nobody.send(messageOf(aNotice()))).rejects.toThrow(/ESOCKET|ECONN/);
  });
});

describe('telling people', () => {
  const book = withMet({}, [aNotice()], { channels: [WEB, 'e-mail'], nowMs: 0, repeatMs: HOUR_MS });

  function channel(name: NoticeChannel['name'], send: NoticeChannel['send']): NoticeChannel {
    return { name, send, close: async () => undefined };
  }

  it('tells the others when one channel is down, and names what that one was not told', async () => {
    const titles: string[] = [];
    const down = channel(WEB, () => Promise.reject(new ChannelFailure('it is down')));
    const up = channel('e-mail', async ({ title }) => void titles.push(title));
    const told = await tellPeople(book, { channels: [down, up], origin: ORIGIN, deadlineMs: 5_000 });
    expect(told.map(({ channel: name, failure }) => [name, failure])).toEqual([
      [WEB, 'Nobody was told by webhook of 1 thing(s): it is down.'],
      ['e-mail', null],
    ]);
    expect(titles).toEqual(['fieldmarshal production, fieldmarshal.db: lost race']);
  });

  it('gives up on a channel that never ends, and takes its connection away', async () => {
    const server = createTcpServer((socket) => {
      // A line of a greeting that goes on and on: no pause is ever long enough to look dead.
      const timer = setInterval(() => socket.write('220-still here\r\n'), 20);
      socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const mail = createMail({ url: `smtp://127.0.0.1:${port}`, from: 'a@b', to: ['c@d'], timeoutMs: 60_000 });
    const [told] = await tellPeople(book, { channels: [mail], origin: ORIGIN, deadlineMs: 150 });
    expect(told?.failure).toContain('it took longer than 0 s');
    await mail.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
});
