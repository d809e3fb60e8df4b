// An authenticator in software, for tests: ES256, always with user verification (WebAuthn Level 3 §6).
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";

/** What may be done otherwise than an honest one does. */
export interface Bend {
  origin?: string;
  rpId?: string;
  /** Nobody has shown who they are. */
  unverified?: boolean;
  counter?: number;
  /** Whose passkey it claims to be. */
  userHandle?: string;
}

interface CreationOptions {
  challenge: string;
  rp: { id?: string | undefined };
  user: { id: string };
}

interface RequestOptions {
  challenge: string;
  rpId?: string | undefined;
}

const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 };

export class SoftAuthenticator {
  private readonly credentialId = randomBytes(32);
  private readonly pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  private counter = 0;
  private userHandle = "";

  constructor(private readonly origin: string) {}

  /** `navigator.credentials.create`. */
  create(options: object, bend: Bend = {}): RegistrationResponseJSON {
    const { challenge, rp, user } = options as CreationOptions;
    this.userHandle = user.id;
    const authData = Buffer.concat([
      this.head(bend.rpId ?? rp.id ?? "", FLAGS.attested, bend),
      Buffer.alloc(16),
      u16(this.credentialId.length),
      this.credentialId,
      coseKey(this.pair.publicKey),
    ]);
    const attestation = cborMap([
      [cborText("fmt"), cborText("none")],
      [cborText("attStmt"), cborMap([])],
      [cborText("authData"), cborBytes(authData)],
    ]);
    const clientDataJSON = this.clientData("webauthn.create", challenge, bend).toString("base64url");
    const response = { clientDataJSON, attestationObject: attestation.toString("base64url"), transports: ["internal"] };
    return this.answer(response) as unknown as RegistrationResponseJSON;
  }

  /** `navigator.credentials.get`. */
  get(options: object, bend: Bend = {}): AuthenticationResponseJSON {
    const { challenge, rpId } = options as RequestOptions;
    this.counter += 1;
    const authenticatorData = this.head(bend.rpId ?? rpId ?? "", 0, bend);
    const clientData = this.clientData("webauthn.get", challenge, bend);
    const signed = Buffer.concat([authenticatorData, createHash("sha256").update(clientData).digest()]);
    return this.answer({
      clientDataJSON: clientData.toString("base64url"),
      authenticatorData: authenticatorData.toString("base64url"),
      signature: sign("sha256", signed, this.pair.privateKey).toString("base64url"),
      userHandle: bend.userHandle ?? this.userHandle,
    }) as unknown as AuthenticationResponseJSON;
  }

  private answer(response: object): object {
    const id = this.credentialId.toString("base64url");
    return { id, rawId: id, type: "public-key", clientExtensionResults: {}, response };
  }

  private head(rpId: string, flags: number, { unverified, counter }: Bend): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter ?? this.counter);
    const all = flags | FLAGS.present | (unverified ? 0 : FLAGS.verified);
    return Buffer.concat([createHash("sha256").update(rpId).digest(), Buffer.from([all]), count]);
  }

  private clientData(type: string, challenge: string, { origin = this.origin }: Bend): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }
}

/** COSE_Key of a P-256 key (RFC 9053 §7.1.1). */
function coseKey(key: KeyObject): Buffer {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  return cborMap([
    [cborInt(1), cborInt(2)],
    [cborInt(3), cborInt(-7)],
    [cborInt(-1), cborInt(1)],
    [cborInt(-2), cborBytes(Buffer.from(x, "base64url"))],
    [cborInt(-3), cborBytes(Buffer.from(y, "base64url"))],
  ]);
}

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

/** A head of CBOR (RFC 8949 §3). */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.concat([Buffer.from([(major << 5) | 25]), u16(value)]);
}

const cborInt = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value));
const cborBytes = (bytes: Buffer): Buffer => Buffer.concat([head(2, bytes.length), bytes]);
const cborText = (text: string): Buffer => Buffer.concat([head(3, text.length), Buffer.from(text)]);
const cborMap = (pairs: [Buffer, Buffer][]): Buffer => Buffer.concat([head(5, pairs.length), ...pairs.flat()]);
