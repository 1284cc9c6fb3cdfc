import { z } from 'zod';

/**
 * Every error a person can meet over HTTP: a stable code, its status, one plain sentence and what to do next.
 * Codes are never renamed or reused.
 */
export const problems = {
  'malformed-json': [400, 'The body is not valid JSON.', 'Send one JSON document in UTF-8.'],
  'invalid-request': [400, 'The request does not fit the contract.', 'Correct the fields named in `issues`.'],
  'invalid-cursor': [400, 'The cursor is not one of ours.', 'Start again without a cursor.'],
  'not-signed-in': [401, 'Nobody is signed in.', 'Sign in and send the request again.'],
  forbidden: [
    403,
    'You see this, but may not do that.',
    'Ask the owner, or an administrator, for the right.',
  ],
  'foreign-origin': [403, 'The request came from another web site.', 'Use the portal, or a bearer token.'],
  'not-found': [404, 'There is no such thing, or it is not yours to see.', 'Check the id and your access.'],
  'method-not-allowed': [405, 'This address does not answer that method.', 'See /v1/openapi.json.'],
  'idempotency-key-in-progress': [
    409,
    'A request with this Idempotency-Key is still being worked on.',
    'Repeat it in a moment.',
  ],
  'answer-not-repeated': [
    409,
    'This was done before; its answer held a secret and is not kept.',
    'Read the secret again where that can be done, or rotate it.',
  ],
  'twin-changed': [
    412,
    'Somebody changed the desired settings since you read them.',
    'Read the twin again and repeat with its new ETag.',
  ],
  'precondition-missing': [
    428,
    'This write must name what it was made from.',
    'Send the ETag you read in the header If-Match, or * for whatever is there.',
  ],
  'not-in-bulk': [422, 'This is asked of one device at a time.', 'Send it as a command of the device.'],
  'selection-too-large': [422, 'That selects more than 1,000 devices.', 'Select fewer locations at a time.'],
  'command-not-waiting': [
    409,
    'The command does not wait any more, so it cannot be taken back.',
    'Read what became of it.',
  ],
  'last-administrator': [
    409,
    'An organisation keeps at least one administrator.',
    'Make somebody else an administrator first.',
  ],
  'owner-stays': [409, 'The owner of a company stays its owner.', 'Choose another member, or another role.'],
  'role-not-of-kind': [
    422,
    'This kind of organisation has no such role to give.',
    'Choose one of its roles.',
  ],
  'no-such-account': [
    422,
    'Nobody with this address has an account.',
    'Ask them to sign up first, then add them.',
  ],
  'personal-context-needed': [
    409,
    'A company is registered from your personal account.',
    'Leave out the header Busbar-Context.',
  ],
  'company-context-needed': [
    409,
    'This is done in the context of a company.',
    "Send the company's id in the header Busbar-Context.",
  ],
  'country-not-served': [422, 'Services are not offered in this country.', 'Ask us when they will be.'],
  'not-a-dealer': [409, 'The company is not enrolled as a dealer.', 'Ask its owner to enrol it.'],
  'not-a-reseller': [409, 'The company is not enrolled as a reseller.', 'Ask its owner to enrol it.'],
  'reseller-asked-before': [
    409,
    'A reseller is asked only once, and this one was.',
    'See what became of it in the list of resellers.',
  ],
  'request-answered': [409, 'This was answered or ended already.', 'Read it again.'],
  'services-active': [409, 'Services are still active.', 'Stop them first, or wait until they have expired.'],
  'locations-remain': [409, 'The company still has locations of its own.', 'Hand them over first.'],
  'already-member': [409, 'This person is a member already.', 'Change the role of the member instead.'],
  'already-has-access': [
    409,
    'They have this access, or more, already.',
    'Nothing needs to be done; see the list of who has access.',
  ],
  'already-connected': [
    409,
    'The two organisations are connected, or one of them waits for an answer.',
    'See the list of connections.',
  ],
  'connection-over': [
    409,
    'This step of the connection is over.',
    'See its state in the list of connections.',
  ],
  'not-connected': [
    409,
    'Shares need an active connection between the two organisations.',
    'Ask for a connection, or wait until it is approved.',
  ],
  'share-over': [409, 'This step of the share is over.', 'See its state; what ended needs a new request.'],
  'share-not-ready': [
    409,
    'The share is not that far yet.',
    'Approve it first, or wait until it is available.',
  ],
  'grant-locked': [
    409,
    'This access was given more than 72 hours ago and can no longer be taken back.',
    'Ask its holder to give it up, or the owner of the location to remove it.',
  ],
  'role-not-editable': [
    409,
    'The role of an access cannot be changed.',
    'Replace the access: that takes it back and starts anew.',
  ],
  'topology-version-conflict': [
    409,
    'Somebody else changed the topology since you read it.',
    'Read it again and repeat the change.',
  ],
  'already-accepted': [
    409,
    'Somebody accepted this already.',
    'Nothing needs to be done; the location is in the list.',
  ],
  'recipient-is-owner': [409, 'This person owns the location already.', 'Name somebody else.'],
  'transfer-open': [409, 'A transfer waits for its answer.', 'Cancel it before you start another.'],
  'still-in-use': [
    409,
    'Something still belongs to this, or it was shared once.',
    'Remove what belongs to it first; what was ever shared stays in the books.',
  ],
  'portal-off': [409, 'The customer portal is off here.', 'Switch it on; that makes a new code.'],
  'reseller-not-connected': [
    409,
    'There is no active connection to this reseller.',
    'Ask the reseller, and wait for its approval.',
  ],
  'choose-reseller': [422, 'There is more than one reseller, or none.', 'Name the reseller to be billed.'],
  'choose-package': [422, 'There is more than one package, or none.', 'Name one of the packages on offer.'],
  'sim-missing': [409, 'The hub has no SIM of ours.', 'Put a SIM in and name it.'],
  'sim-unknown': [422, 'This SIM is none of ours.', 'Check the digits that are printed on it.'],
  'sim-taken': [409, 'This SIM is in another hub.', 'Check the digits that are printed on it.'],
  'service-active': [409, 'The hub has this package already.', 'Change the service that runs.'],
  'service-over': [409, 'The service is over.', 'Activate it again.'],
  'service-not-active': [409, 'The service expires or stops already.', 'Read its state again.'],
  'service-not-expiring': [409, 'The service does not expire.', 'Nothing needs to be resumed.'],
  'professional-present': [
    409,
    'A company or professional looks after this hub.',
    'Ask them to activate the service.',
  ],
  'administrator-without-end': [
    422,
    'An administrator of a hub is one for good.',
    'Leave out the end, and revoke the access when it is time.',
  ],
  'email-not-verified': [
    403,
    'Your e-mail address is not confirmed yet.',
    'Open the link we sent you when you signed up.',
  ],
  'unknown-code': [
    404,
    'This code opens nothing, or nothing any more.',
    'Check it for typing errors, or ask for a new one.',
  ],
  'identity-taken': [409, 'Another device already uses this identity.', 'Choose an identity of its own.'],
  'stop-does-not-fit': [
    409,
    'This stop is resolved already, or the transaction is not an open one of the same charger.',
    'List the stops again and choose one of their candidates.',
  ],
  'security-downgrade': [
    409,
    'This would ask less of the charger than before.',
    'Send `lower: true` if that is meant.',
  ],
  'body-too-large': [413, 'The body is larger than 256 KB.', 'Send less in one request.'],
  'image-too-large': [413, 'The image is larger than 64 MB.', 'Keep it elsewhere and name its address.'],
  'image-complete': [409, 'The image has its bytes already.', 'Make a new image for other bytes.'],
  'image-incomplete': [409, 'The bytes of the image are missing.', 'Upload them first.'],
  'image-empty': [422, 'The image has no bytes.', 'Send the bytes of the image as the body.'],
  'signature-does-not-fit': [
    422,
    'The signature is not one of these bytes by this certificate.',
    'Sign the SHA-256 of the image with RSA-PSS or ECDSA, and send the signature in base64.',
  ],
  'unusable-certificate': [
    422,
    'The signing certificate cannot be read.',
    'Send one certificate in PEM with an RSA or EC key.',
  ],
  'not-for-configuring': [
    422,
    'Something selected does not exist, or the organisation may not configure it.',
    'Select from the devices and locations the organisation installed or was given; `detail` names them.',
  ],
  'nothing-selected': [
    422,
    'No device of this kind is selected.',
    'Select devices or locations that have some.',
  ],
  'no-public-address': [
    409,
    'Devices could not reach the image: this installation has no public address.',
    'Set BUSBAR_PUBLIC_URL, or keep the image elsewhere and name its address.',
  ],
  'campaign-step-over': [409, 'The campaign is not in a state for that.', 'Read its state again.'],
  'unsupported-media-type': [
    415,
    'This content type is not understood here.',
    'Send application/json, or text/csv where a file is imported.',
  ],
  'idempotency-key-reused': [
    422,
    'This Idempotency-Key was used for a different request.',
    'Use a new key for a new request.',
  ],
  'unknown-organisation': [422, 'There is no organisation with this id.', 'Ask the organisation for its id.'],
  'unknown-customer': [422, 'The organisation has no such customer.', 'Choose one from its customers.'],
  'unknown-building': [
    422,
    'The location has no such building.',
    "Choose one from the location's buildings.",
  ],
  'unknown-device': [422, 'The location has no such device.', "Choose from the location's devices."],
  'unusable-logo': [
    422,
    'This picture cannot be printed.',
    'Send a PNG without interlacing or a JPEG of at most 2000 by 2000 pixels, of the type you name.',
  ],
  'own-organisation': [422, 'This is the key of the same organisation.', 'Use the key of the other one.'],
  'wider-than-requested': [
    422,
    'The selection is wider than what was asked for.',
    'Select objects of the requested level or below.',
  ],
  'not-yours-to-share': [
    422,
    'Something selected is not yours to share, or not with them in this way.',
    'Select from the candidates; `detail` names the object and the reason.',
  ],
  'no-branding': [
    422,
    'An installation manager works under the own name.',
    'Leave branding off, or choose subcontractor or borrower.',
  ],
  'mapping-incomplete': [
    422,
    'It is not said for everything where it should go.',
    'Name an existing or a new place for each object that `detail` names.',
  ],
  'unsound-topology': [422, 'The fuse tree is not sound.', 'Correct what `detail` names.'],
  'unknown-node': [422, 'The fuse tree has no such node.', 'Choose a node of the topology.'],
  'ends-before-begin': [422, 'It would end before it begins.', 'Choose a later end, or none.'],
  'misplaced-price': [
    422,
    'A price ends before it begins, or begins before the one before it has ended.',
    'Put the prices in order of time, without overlaps.',
  ],
  'unreadable-prices': [422, 'The file of prices cannot be read.', 'Correct the lines named in `issues`.'],
  'not-an-ocpp-call': [
    422,
    'No OCPP version would carry this message to a charger.',
    'Correct what `detail` names; the messages and their fields are those of the standard.',
  ],
  'same-hub': [422, 'This is the same hub.', 'Name the hub that takes its place.'],
  'nothing-to-transfer': [
    409,
    'Nobody set anything on this hub, and it told of no sub-devices.',
    'Configure the other hub directly.',
  ],
  'wrong-device-kind': [422, 'This kind of device cannot do that.', 'Choose an action the device has.'],
  'protected-key': [
    422,
    'This configuration key holds a credential and cannot be set by a command.',
    "Rotate the device's secret instead.",
  ],
  'wider-than-yours': [
    422,
    'Nobody can pass on more than he has.',
    'Choose limits within those of your own access.',
  ],
  'current-above-grant': [
    422,
    'Your access allows less current than that.',
    'Choose a smaller current, or ask who gave you the access for more.',
  ],
  'operators-only': [
    403,
    'Only who runs this cloud may do that.',
    'Sign in with an address of BUSBAR_OPERATORS.',
  ],
  'unusable-factory-rows': [
    422,
    'The file of devices has mistakes; nothing was imported.',
    'Correct the lines named in `issues` and send the whole file again.',
  ],
  'wrong-serial-or-pin': [
    422,
    'Serial and PIN do not belong together.',
    'Read both from the sticker again; a device that was tried too often is unlocked by who runs this cloud.',
  ],
  'unreadable-claim': [
    422,
    'This is not the QR code of a device.',
    'Scan the code on the sticker of the device, or type serial and PIN.',
  ],
  'device-claimed-elsewhere': [
    409,
    'The device belongs to another location.',
    'Ask whoever has it to reset it to how it left the factory.',
  ],
  'device-claimed-here': [409, 'The device is at this location already.', 'Find it among the devices.'],
  'computed-item': [
    422,
    'Nobody ticks this item; it is done when what it asks for is there.',
    'Enter the fuses, or do the test.',
  ],
  'checklist-open': [
    409,
    'The installation is not ready to be handed over.',
    'Do what `detail` names, then hand it over.',
  ],
  'device-retired': [409, 'The device was replaced and is out of use.', 'Claim another one.'],
  'too-many-requests': [429, 'Too many requests.', 'Wait as long as Retry-After says.'],
  'internal-error': [500, 'Something of ours broke.', 'Try again; if it stays, report the trace id.'],
  'entitlements-stale': [
    503,
    'We cannot be sure of your rights right now.',
    'Try again in a moment; nothing was done.',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, nextStep: string]>;

export type ProblemCode = keyof typeof problems;
const codes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];

/** RFC 9457, content type application/problem+json. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: '/problems/{code}: where the documentation explains it' }),
    code: z.enum(codes),
    title: z.string(),
    status: z.number().int().min(400).max(599),
    nextStep: z.string(),
    detail: z.string().optional(),
    /** The path that was asked. */
    instance: z.string(),
    traceId: z.string(),
    issues: z
      .array(z.object({ path: z.string(), message: z.string(), code: z.string().optional() }))
      .optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;
