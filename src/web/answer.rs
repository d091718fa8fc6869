//! An answer, and the headers that all of them carry.

use super::problem::Problem;
use axum::body::Body;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use serde::Serialize;

/// What a room answers.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    kind: &'static str,
    body: Vec<u8>,
    more: Vec<(HeaderName, HeaderValue)>,
    /// How long a browser may keep it; pages are never kept.
    cache: &'static str,
    policy: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";
const NEVER: &str = "no-store";

/// What pages need, and nothing else: their own style, script and pictures, and posts to themselves.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

impl Answer {
    fn new(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Self {
        Self {
            status,
            kind,
            body,
            more: Vec::new(),
            cache: NEVER,
            policy: POLICY,
        }
    }

    /// A page, or its twin.
    pub(super) fn page<T: askama::Template + Serialize>(
        json: bool,
        page: &T,
    ) -> Result<Self, Problem> {
        Self::page_with(StatusCode::OK, json, page)
    }

    pub(super) fn page_with<T: askama::Template + Serialize>(
        status: StatusCode,
        json: bool,
        page: &T,
    ) -> Result<Self, Problem> {
        if json {
            return Self::json_with(status, page);
        }
        Ok(Self::new(status, HTML, page.render()?.into_bytes()))
    }

    pub(super) fn json<T: Serialize>(value: &T) -> Result<Self, Problem> {
        Self::json_with(StatusCode::OK, value)
    }

    fn json_with<T: Serialize>(status: StatusCode, value: &T) -> Result<Self, Problem> {
        let mut text = serde_json::to_string_pretty(value)
            .map_err(|error| Problem::Internal(error.to_string()))?;
        text.push('\n');
        Ok(Self::new(status, JSON, text.into_bytes()))
    }

    pub(super) fn text(status: StatusCode, text: impl Into<String>) -> Self {
        Self::new(
            status,
            "text/plain; charset=utf-8",
            text.into().into_bytes(),
        )
    }

    /// A file of the site; `fixed` where its address changes with its content.
    pub(super) fn file(kind: &'static str, body: Vec<u8>, fixed: bool) -> Self {
        let mut answer = Self::new(StatusCode::OK, kind, body);
        answer.cache = if fixed {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        answer
    }

    /// A file that was made here, to be saved under this name.
    pub(super) fn saved(kind: &'static str, body: Vec<u8>, name: &str) -> Self {
        let mut answer = Self::new(StatusCode::OK, kind, body);
        answer.policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'";
        answer.with(
            header::CONTENT_DISPOSITION,
            &format!("attachment; filename=\"{name}\""),
        )
    }

    /// A file that somebody brought: never a page, never run, shown only where `shown`.
    pub(super) fn brought(kind: &'static str, body: Vec<u8>, name: &str, shown: bool) -> Self {
        let mut answer = Self::new(StatusCode::OK, kind, body);
        answer.policy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        let way = if shown { "inline" } else { "attachment" };
        // RFC 6266: the name in ASCII for old browsers, and as it is.
        let plain: String = name
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || ".-_ ".contains(c) {
                    c
                } else {
                    '_'
                }
            })
            .collect();
        let whole = crate::plot::svg::percent_encode(name).replace('/', "%2F");
        let told = format!("{way}; filename=\"{plain}\"; filename*=UTF-8''{whole}");
        answer.with(header::CONTENT_DISPOSITION, &told)
    }

    /// See there: an address with its base, made here and never from what was sent.
    pub(super) fn to(address: &str) -> Self {
        let answer = Self::new(StatusCode::SEE_OTHER, HTML, Vec::new());
        answer.with(header::LOCATION, address)
    }

    /// For good there: the address of what a merge joined.
    pub(super) fn moved(address: &str) -> Self {
        let mut answer = Self::to(address);
        answer.status = StatusCode::PERMANENT_REDIRECT;
        answer
    }

    /// One more header; left out where its value cannot be one.
    pub(super) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.more.push((name, value));
        }
        self
    }

    /// As it is sent.
    pub(super) fn response(self, secure: bool) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let fixed: [(HeaderName, &'static str); 9] = [
            (header::CONTENT_TYPE, self.kind),
            (header::CACHE_CONTROL, self.cache),
            (header::CONTENT_SECURITY_POLICY, self.policy),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::REFERRER_POLICY, "no-referrer"),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                "same-origin",
            ),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                "same-origin",
            ),
            (
                HeaderName::from_static("cross-origin-embedder-policy"),
                "require-corp",
            ),
        ];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=()"),
        );
        if secure {
            headers.insert(
                header::STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static("max-age=31536000"),
            );
        }
        for (name, value) in self.more {
            headers.append(name, value);
        }
        response
    }
}
