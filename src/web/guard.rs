//! What a request must be before a room sees it: asked by a name of this server, sent from its own
//! pages, and not one of too many tries to sign in.

use super::problem::Problem;
use axum::http::{HeaderMap, Method, Uri, header};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Whose word on where a request comes from is believed.
#[derive(Debug, Clone, Default)]
pub(super) enum Proxies {
    /// Nobody's: no proxy stands before the server.
    #[default]
    None,
    /// Loopback, and these.
    From(Vec<IpAddr>),
}

impl Proxies {
    /// Whether the peer is a proxy that is believed.
    pub(super) fn trust(&self, peer: IpAddr) -> bool {
        match self {
            Self::None => false,
            Self::From(addresses) => peer.is_loopback() || addresses.contains(&peer),
        }
    }

    /// Where a request comes from: the peer, or whom a believed proxy names last.
    pub(super) fn from(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trust(peer) {
            return peer;
        }
        let named = headers
            .get_all("x-forwarded-for")
            .iter()
            .next_back()
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .and_then(|value| value.trim().parse().ok());
        named.unwrap_or(peer)
    }
}

/// The host by which a request asks, without its port, in lower case.
fn host(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let mut named = headers.get_all(header::HOST).iter();
    let text = match (named.next(), named.next()) {
        (Some(one), None) => one.to_str().ok()?.to_owned(),
        (Some(_), Some(_)) => return None,
        (None, _) => uri.authority()?.as_str().to_owned(),
    };
    let text = text.trim().to_ascii_lowercase();
    let bare = if let Some(rest) = text.strip_prefix('[') {
        let (inner, after) = rest.split_once(']')?;
        if !after.is_empty() && !after.starts_with(':') {
            return None;
        }
        inner.to_owned()
    } else {
        text.split(':').next().unwrap_or_default().to_owned()
    };
    (!bare.is_empty()).then_some(bare)
}

/// Whether a name is one that means this machine.
fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// The host of `https://review.example.org:8443`.
fn host_of(origin: &str) -> Option<String> {
    let uri: Uri = origin.parse().ok()?;
    uri.host()
        .map(|host| host.trim_matches(['[', ']']).to_ascii_lowercase())
}

/// Refuses a request by a name that is not this server's: another site may let its own name point
/// here (DNS rebinding).
pub(super) fn check_host(
    headers: &HeaderMap,
    uri: &Uri,
    origin: Option<&str>,
) -> Result<(), Problem> {
    let Some(host) = host(headers, uri) else {
        return Err(Problem::Host);
    };
    let own = origin.and_then(host_of);
    if is_loopback(&host) || own.as_deref() == Some(host.as_str()) {
        Ok(())
    } else {
        Err(Problem::Host)
    }
}

/// Refuses what another site's page sends. A browser says where a request comes from in
/// `Sec-Fetch-Site`, an older one in `Origin`; what says neither is refused. A token in a header is
/// sent by no page on its own and needs neither.
pub(super) fn check_origin(
    method: &Method,
    headers: &HeaderMap,
    uri: &Uri,
    own: Option<&str>,
) -> Result<(), Problem> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    if headers.contains_key(header::AUTHORIZATION) {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return match site {
            "same-origin" => Ok(()),
            _ => Err(Problem::Origin),
        };
    }
    let Some(origin) = text("origin") else {
        return Err(Problem::Origin);
    };
    let same = match own {
        Some(own) if origin.eq_ignore_ascii_case(own) => true,
        _ => {
            let named = origin.parse::<Uri>().ok();
            let named = named
                .as_ref()
                .and_then(Uri::authority)
                .map(ToString::to_string);
            let asked = headers
                .get(header::HOST)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
                .or_else(|| uri.authority().map(ToString::to_string));
            matches!((named, asked), (Some(a), Some(b)) if a.eq_ignore_ascii_case(&b))
        }
    };
    if same { Ok(()) } else { Err(Problem::Origin) }
}

/// Tries to sign in that failed, per account and per address.
#[derive(Debug, Default)]
pub(super) struct Gate {
    failed: Mutex<HashMap<String, (u32, Instant)>>,
}

/// Failures before the next try is slowed down.
const FREE: u32 = 4;
/// The longest wait for an answer: nobody is kept out for longer.
const LONGEST: Duration = Duration::from_secs(8);
/// After this time without a failure all is forgotten.
const MEMORY: Duration = Duration::from_mins(15);
/// Failures from one address after which it has to wait.
const LOUD: u32 = 40;
/// Accounts and addresses that are remembered.
const MOST: usize = 20_000;

impl Gate {
    /// How long the answer to a try is held back; an address that fails on and on is refused for
    /// up to a minute. An account is never closed: its rightful person is answered, only later.
    pub(super) fn wait(
        &self,
        account: &str,
        from: IpAddr,
        now: Instant,
    ) -> Result<Duration, Problem> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |key: &str| {
            failed
                .get(key)
                .filter(|(_, last)| now.saturating_duration_since(*last) < MEMORY)
                .copied()
        };
        let (account, address) = (of(&format!("a {account}")), of(&format!("f {from}")));
        if let Some((n, last)) = address
            && n >= LOUD
        {
            let since = now.saturating_duration_since(last);
            let minute = Duration::from_mins(1);
            if since < minute {
                return Err(Problem::TooMany(
                    minute.saturating_sub(since).as_secs().max(1),
                ));
            }
        }
        let n = account
            .map_or(0, |(n, _)| n)
            .max(address.map_or(0, |(n, _)| n));
        Ok(match n.checked_sub(FREE) {
            None => Duration::ZERO,
            Some(over) => Duration::from_millis(250 << over.min(6)).min(LONGEST),
        })
    }

    /// Notes how a try ended.
    pub(super) fn note(&self, account: &str, from: IpAddr, right: bool, now: Instant) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if right {
            failed.remove(&format!("a {account}"));
            return;
        }
        if failed.len() >= MOST {
            failed.retain(|_, (_, last)| now.saturating_duration_since(*last) < MEMORY);
        }
        if failed.len() >= MOST {
            failed.clear();
        }
        for key in [format!("a {account}"), format!("f {from}")] {
            let entry = failed.entry(key).or_insert((0, now));
            if now.saturating_duration_since(entry.1) >= MEMORY {
                entry.0 = 0;
            }
            *entry = (entry.0.saturating_add(1), now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn heads(list: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut out = HeaderMap::new();
        for (name, value) in list {
            out.append(*name, HeaderValue::from_static(value));
        }
        out
    }

    #[test]
    fn only_own_names_are_answered() {
        let uri: Uri = "/".parse().unwrap();
        for good in [
            "localhost:8080",
            "127.0.0.1",
            "[::1]:9",
            "127.8.8.8:80",
            "x.localhost",
        ] {
            let heads = heads(&[]);
            let mut heads = heads;
            heads.insert("host", HeaderValue::from_str(good).unwrap());
            assert_eq!(check_host(&heads, &uri, None), Ok(()), "{good}");
        }
        for bad in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "",
            "10.0.0.1",
            "[::1].evil",
        ] {
            let mut heads = heads(&[]);
            heads.insert("host", HeaderValue::from_str(bad).unwrap());
            assert_eq!(check_host(&heads, &uri, None), Err(Problem::Host), "{bad}");
        }
        let own = Some("https://review.example:8443");
        let heads = heads(&[("host", "Review.example:8443")]);
        assert_eq!(check_host(&heads, &uri, own), Ok(()));
        assert!(check_host(&HeaderMap::new(), &uri, own).is_err());
    }

    #[test]
    fn posts_come_from_own_pages() {
        let uri: Uri = "/screen/r1".parse().unwrap();
        let check = |list: &[(&'static str, &'static str)]| {
            check_origin(
                &Method::POST,
                &heads(list),
                &uri,
                Some("https://review.example"),
            )
        };
        assert!(check(&[("sec-fetch-site", "same-origin")]).is_ok());
        assert!(check(&[("sec-fetch-site", "same-site")]).is_err());
        assert!(check(&[("sec-fetch-site", "none")]).is_err());
        assert!(
            check(&[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://review.example")
            ])
            .is_err()
        );
        assert!(check(&[("origin", "https://review.example")]).is_ok());
        assert!(
            check(&[
                ("origin", "http://127.0.0.1:8080"),
                ("host", "127.0.0.1:8080")
            ])
            .is_ok()
        );
        assert!(check(&[("origin", "http://127.0.0.1:9"), ("host", "127.0.0.1:8080")]).is_err());
        assert!(check(&[("origin", "null"), ("host", "127.0.0.1")]).is_err());
        assert!(check(&[("host", "127.0.0.1")]).is_err());
        assert!(check(&[("authorization", "Bearer x")]).is_ok());
    }

    #[test]
    fn failures_slow_the_next_try_and_close_no_account() {
        let gate = Gate::default();
        let (here, there): (IpAddr, IpAddr) =
            ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        let now = Instant::now();
        assert_eq!(gate.wait("a", here, now), Ok(Duration::ZERO));
        for _ in 0..30 {
            gate.note("a", here, false, now);
        }
        assert_eq!(gate.wait("a", there, now), Ok(LONGEST));
        assert_eq!(gate.wait("b", there, now), Ok(Duration::ZERO));
        for _ in 0..30 {
            gate.note("b", here, false, now);
        }
        assert!(matches!(
            gate.wait("c", here, now),
            Err(Problem::TooMany(_))
        ));
        assert!(gate.wait("c", here, now + Duration::from_secs(61)).is_ok());
        gate.note("a", there, true, now);
        assert_eq!(gate.wait("a", there, now), Ok(Duration::ZERO));
    }

    #[test]
    fn only_a_believed_proxy_says_where_a_request_comes_from() {
        let heads = heads(&[("x-forwarded-for", "6.6.6.6, 203.0.113.9")]);
        let (peer, far): (IpAddr, IpAddr) =
            ("127.0.0.1".parse().unwrap(), "203.0.113.9".parse().unwrap());
        assert_eq!(Proxies::None.from(peer, &heads), peer);
        assert_eq!(Proxies::From(Vec::new()).from(peer, &heads), far);
        let other: IpAddr = "10.1.1.1".parse().unwrap();
        assert_eq!(Proxies::From(Vec::new()).from(other, &heads), other);
    }
}
