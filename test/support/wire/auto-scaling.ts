import { createHash, createHmac } from 'node:crypto';
import { startWire, type WireAnswer, type WireRequest, type WireServer } from './server.ts';

export interface Group {
  min: number;
  max: number;
  desired: number;
}
export interface Account {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly groups: Record<string, Group>;
}

/**
 * The Query API of EC2 Auto Scaling, with every signature checked. `trouble`: what comes in place of the answer, after the request was done.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
 */
export async function startAutoScaling(
  accounts: readonly Account[],
  trouble: (action: string) => WireAnswer | undefined = () => undefined,
): Promise<WireServer & { actions(): readonly string[] }> {
  const server = await startWire((request) => {
    const asked = new URLSearchParams(request.body);
    const action = asked.get('Action') ?? '';
    const account = accounts.find((each) => request.headers.authorization?.includes(`Credential=${each.accessKeyId}/`));
    if (account === undefined) return fault(403, 'InvalidClientTokenId', 'The security token is not valid.');
    const why = whyUnsigned(request, account);
    if (why !== undefined) return fault(403, 'SignatureDoesNotMatch', why);
    const answer = answerTo(action, asked, account);
    return trouble(action) ?? answer;
  });

  function answerTo(action: string, asked: URLSearchParams, { groups }: Account): WireAnswer {
    if (action === 'DescribeAutoScalingGroups') {
      const name = asked.get('AutoScalingGroupNames.member.1') ?? '';
      const group = groups[name];
      const member =
        group &&
        `<member><AutoScalingGroupName>${name}</AutoScalingGroupName><MinSize>${group.min}</MinSize><MaxSize>${group.max}</MaxSize><DesiredCapacity>${group.desired}</DesiredCapacity></member>`;
      return xml(action, `<AutoScalingGroups>${member ?? ''}</AutoScalingGroups>`);
    }
    if (action === 'SetDesiredCapacity') {
      const group = groups[asked.get('AutoScalingGroupName') ?? ''];
      const wanted = Number(asked.get('DesiredCapacity'));
      if (group === undefined) return fault(400, 'ValidationError', 'AutoScalingGroup name not found');
      if (wanted > group.max) {
        const message = `New SetDesiredCapacity value ${wanted} is above max value ${group.max} for the AutoScalingGroup.`;
        return fault(400, 'ValidationError', message);
      }
      group.desired = wanted;
      return xml(action, undefined);
    }
    return fault(400, 'InvalidAction', `The action ${action} is not valid.`);
  }

  const actions = () => server.requests.map(({ body }) => new URLSearchParams(body).get('Action') ?? '');
  return { ...server, actions };
}

const XMLNS = 'http://autoscaling.amazonaws.com/doc/2011-01-01/';
const METADATA = '<ResponseMetadata><RequestId>7c6e177f-f082-11e1-ac58-3714bEXAMPLE</RequestId></ResponseMetadata>';
const headers = { 'content-type': 'text/xml' };

function xml(action: string, result: string | undefined): WireAnswer {
  const inner = result === undefined ? '' : `<${action}Result>${result}</${action}Result>`;
  return { status: 200, headers, body: `<${action}Response xmlns="${XMLNS}">${inner}${METADATA}</${action}Response>` };
}

function fault(status: number, code: string, message: string): WireAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers, body: `<ErrorResponse xmlns="${XMLNS}">${error}<RequestId>1</RequestId></ErrorResponse>` };
}

const TOLERANCE_MS = 5 * 60_000;

/** Signature Version 4, over what came. https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
function whyUnsigned(request: WireRequest, account: Account): string | undefined {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/autoscaling\/aws4_request, SignedHeaders=(\S+), Signature=(\w{64})$/;
  const [, , day, region, signed, signature] = form.exec(request.headers.authorization ?? '') ?? [];
  if (day === undefined || region === undefined || signed === undefined) return 'It is not signed.';
  const names = signed.split(';');
  if (!names.includes('host') || !names.includes('x-amz-date')) return 'Host and date must be signed.';
  if (request.headers['x-amz-security-token'] !== account.sessionToken) return 'The session token is another.';
  if (account.sessionToken !== undefined && !names.includes('x-amz-security-token')) return 'The token must be signed.';

  const time = String(request.headers['x-amz-date']);
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!time.startsWith(day) || !(Math.abs(Date.now() - at) < TOLERANCE_MS)) return 'It was signed at another time.';
  const lines = names.map((name) => `${name}:${String(request.headers[name]).trim().replaceAll(/ +/g, ' ')}\n`);
  const query = [...request.query].map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
  const canonical = [request.method, request.path, query.sort().join('&'), lines.join(''), signed, sha(request.body)];
  const scope = `${day}/${region}/autoscaling/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, sha(canonical.join('\n'))].join('\n');
  const key = [day, region, 'autoscaling', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${account.secretAccessKey}`,
  );
  return hmac(key, text).toString('hex') === signature ? undefined : 'The signature is another.';
}

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
