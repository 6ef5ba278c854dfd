// Node 18, Debian 12's own, has no global `crypto`; browsers and later versions have.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
