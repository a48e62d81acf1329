// Passkeys: making one, signing a statement with one, coming in with one. The page says in words what is signed; this
// carries bytes between the server and the authenticator. A form that needs a passkey is shown only where there can be
// one.
const base64 = bytes => btoa(Array.from(new Uint8Array(bytes), byte => String.fromCharCode(byte)).join(''));
const base64url = bytes => base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const bytesOf = text => Uint8Array.from(
  atob(text.replaceAll('-', '+').replaceAll('_', '/')), character => character.charCodeAt(0));
const sha256 = bytes => crypto.subtle.digest('SHA-256', bytes);
const forms = '[data-passkey-make], [data-passkey-sign], [data-passkey-enter]';
const patience = 120000;

class Refused extends Error {}

async function ask(method, address, body) {
  const answer = await fetch(address, {
    method,
    headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused([said.detail ?? `The server answered ${answer.status}.`, said.remedy].join(' '));
  return said;
}

const get = (challenge, credentials) => navigator.credentials.get({
  publicKey: {
    challenge,
    rpId: location.hostname,
    userVerification: 'required',
    timeout: patience,
    allowCredentials: credentials.map(id => ({ type: 'public-key', id: bytesOf(id) })),
  },
});

// The challenge is the digest of what DSSE has signatures cover, so the passkey signs this statement and no other.
async function signed(proposal, keys) {
  const payload = bytesOf(proposal.payload);
  const head = new TextEncoder().encode(`DSSEv1 ${proposal.payloadType.length} ${proposal.payloadType} `
    + `${payload.length} `);
  const given = await get(await sha256(new Uint8Array([...head, ...payload])), keys.map(key => key.credential));
  const id = base64url(given.rawId);
  return {
    payload: proposal.payload,
    payloadType: proposal.payloadType,
    signatures: [{
      authenticatorData: base64(given.response.authenticatorData),
      clientDataJSON: base64(given.response.clientDataJSON),
      keyid: keys.find(key => key.credential === id)?.id ?? '',
      sig: base64(given.response.signature),
    }],
  };
}

let made = null;

async function make() {
  const me = await ask('GET', '/api/people/me/passkeys');
  made ??= await navigator.credentials.create({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      rp: { id: location.hostname, name: `Provost, ${me.organisation}` },
      user: { id: new TextEncoder().encode(me.person), name: me.name, displayName: me.displayName },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'none',
      excludeCredentials: me.passkeys.map(key => ({ type: 'public-key', id: bytesOf(key.credential) })),
      timeout: patience,
    },
  });
  const point = new Uint8Array(made.response.getPublicKey()).slice(-65); // the end of a P-256 SubjectPublicKeyInfo
  const credential = base64url(made.rawId);
  const digest = new Uint8Array(await sha256(point)).slice(0, 8);
  const id = Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
  const publicKey = `passkey:${location.origin}#${credential}#${base64(point)}`;
  const proposal = await ask('GET', `/api/people/me/keys/statement?publicKey=${encodeURIComponent(publicKey)}`);
  const envelope = await signed(proposal, [{ id, credential }]);
  await ask('POST', '/api/people/me/keys', { publicKey, envelope });
  made = null;
}

// What was looked at must be what is signed: the page may be older than what stands there now.
function compare(proposal, expected) {
  const says = JSON.parse(new TextDecoder().decode(bytesOf(proposal.payload))).predicate;
  const differs = Object.keys(expected).find(name => says[name] !== expected[name]);
  if (differs) throw new Refused(`This page is older than what waits (${differs} has changed). Open it again.`);
}

async function sign(form) {
  const { propose, proposal, send, body, expect } = form.dataset;
  const said = { ...JSON.parse(body ?? '{}'), ...Object.fromEntries(new FormData(form)) };
  const me = await ask('GET', '/api/people/me/passkeys');
  const [method, address] = (propose ?? '').split(' ');
  const asked = proposal ? JSON.parse(proposal) : await ask(method, address, method === 'POST' ? said : undefined);
  compare(asked, JSON.parse(expect ?? '{}'));
  const envelope = await signed(asked, me.passkeys.filter(key => key.counts));
  await ask('POST', send, { ...said, envelope });
}

async function enter(form) {
  const { challenge } = await ask('GET', '/signin/passkey');
  const given = await get(bytesOf(challenge), []);
  const fields = form.elements;
  fields.namedItem('challenge').value = challenge;
  fields.namedItem('credential').value = base64url(given.rawId);
  fields.namedItem('authenticatorData').value = base64url(given.response.authenticatorData);
  fields.namedItem('clientData').value = base64url(given.response.clientDataJSON);
  fields.namedItem('signature').value = base64url(given.response.signature);
  fields.namedItem('userHandle').value = given.response.userHandle ? base64url(given.response.userHandle) : '';
  form.submit();
}

const unanswered = 'No passkey answered: it was cancelled, took too long, or there is none here.';
const words = {
  NotAllowedError: unanswered,
  InvalidStateError: 'This authenticator holds a passkey of yours already.',
  SecurityError: 'Passkeys need this console under a name, over https or on localhost.',
};

async function run(form) {
  const note = form.querySelector('[data-passkey-said]');
  const button = form.querySelector('button');
  button.disabled = true;
  note.textContent = 'The passkey is asked.';
  try {
    if (form.matches('[data-passkey-enter]')) await enter(form);
    else {
      await (form.matches('[data-passkey-make]') ? make() : sign(form));
      note.textContent = 'Done.';
      location.reload();
    }
  } catch (fault) {
    const again = made ? ' The passkey is made; press once more to have it sign its registration.' : '';
    note.textContent = (fault instanceof Refused ? fault.message : words[fault.name] ?? fault.message) + again;
    button.disabled = false;
  }
}

const reveal = () => {
  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll(forms)) form.hidden = false;
};
reveal();
document.addEventListener('htmx:afterSettle', reveal);
document.addEventListener('submit', event => {
  if (!event.target.matches(forms)) return;
  event.preventDefault();
  run(event.target);
});
