/** Calls to our own API: session cookie, CSRF header, a deadline on each call, problem+json as ApiError. */

export const API = "/api/v1";
const DEADLINE_MS = 10_000;
const NOT_PARAMS = new Set(["type", "title", "detail", "status", "code", "instance"]);

/** `status` 0: no answer (network, deadline). `detail` is a sentence in the reader's language, or "". */
export class ApiError extends Error {
  constructor({ status = 0, code, detail = "", retryAfter = null, params = {} }) {
    super(code);
    this.name = "ApiError";
    Object.assign(this, { status, code, detail, retryAfter, params });
  }

  /** Trouble that may pass by itself, as opposed to a refusal. */
  get transient() {
    return this.status === 0 || this.status >= 500;
  }
}

/** The cookie, else the hidden field of a form of this page (where the cookie is HttpOnly). */
export function csrfToken() {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  if (cookie) return decodeURIComponent(cookie.slice("csrftoken=".length));
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

function retryAfter(response) {
  const seconds = Number.parseFloat(response.headers.get("Retry-After") ?? "");
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

async function problem(response) {
  const body = await response.json().catch(() => ({}));
  return new ApiError({
    status: response.status,
    code: body.code ?? `http_${response.status}`,
    detail: body.detail ?? body.title ?? "",
    retryAfter: retryAfter(response),
    params: Object.fromEntries(Object.entries(body).filter(([key]) => !NOT_PARAMS.has(key))),
  });
}

function headersFor(method, body, extra) {
  const headers = { Accept: "application/json", ...extra };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return headers;
}

/** The raw response of a good answer; throws ApiError, or the signal's reason when the caller gave up. */
export async function request(method, path, { body, headers, signal, keepalive, priority, deadlineMs = DEADLINE_MS } = {}) {
  const deadline = AbortSignal.timeout(deadlineMs);
  let response;
  try {
    response = await fetch(`${API}${path}`, {
      method,
      headers: headersFor(method, body, headers),
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      keepalive,
      priority,
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
  } catch {
    signal?.throwIfAborted();
    throw new ApiError({ code: deadline.aborted ? "timeout" : "network" });
  }
  if (!response.ok) throw await problem(response);
  return response;
}

/** The JSON of an answer, null where there is no content. */
export async function call(method, path, options) {
  const response = await request(method, path, options);
  return response.status === 204 ? null : response.json();
}
