const down = (more: string) => `{"event_type":"monitor.down","monitor":{"id":"m1","name":"API"},"more":${more}}`;

/** The same webhook of WizStatus as any JSON writer might write it: what it would be after parsing and writing again, is other bytes. */
export const WRITTEN_OTHERWISE: readonly (readonly [what: string, body: string])[] = [
  ['spaces', down('1').replaceAll(',', ' , ')],
  ['an indent', JSON.stringify(JSON.parse(down('1')), null, 2)],
  ['a trailing newline', `${down('1')}\n`],
  ['CRLF', down('1').replaceAll(',', ',\r\n')],
  ['an escaped slash', down('"a\\/b"')],
  ['an escaped letter', down('"\\u00e9"')],
  ['a decimal one', down('1.0')],
  ['an exponent', down('1e3')],
  ['a number beyond every double', down('1e400')],
  ['a 20-digit integer', down('12345678901234567890')],
  ['a key twice', down('{"a":1,"a":2}')],
  ['keys like integers', down('{"2":1,"1":2}')],
  ['minus zero', down('-0')],
  ['half a surrogate pair', down('"\\ud800"')],
  ['no change', down('1')],
];

/** What no JSON reader of ours takes. */
export const UNREADABLE: readonly (readonly [what: string, body: Buffer])[] = [
  ['a byte order mark', Buffer.from(`\uFEFF${down('1')}`)],
  ['invalid UTF-8', Buffer.concat([Buffer.from('{"event_type":"'), Buffer.from([0xff]), Buffer.from('"}')])],
  ['a prototype key', Buffer.from(down('{"__proto__":{"x":1}}'))],
  ['an escaped prototype key', Buffer.from(down('{"\\u005f_proto__":{"x":1}}'))],
  ['a prototype by its constructor', Buffer.from(down('{"constructor":{"prototype":{"x":1}}}'))],
  ['65 levels', Buffer.from(down(`${'['.repeat(64)}${']'.repeat(64)}`))],
  ['5,000 levels', Buffer.from(down(`${'['.repeat(5_000)}${']'.repeat(5_000)}`))],
  ['500,000 levels', Buffer.from('['.repeat(500_000))],
  ['half of it', Buffer.from(down('1').slice(0, -5))],
  ['nothing', Buffer.from('')],
];
