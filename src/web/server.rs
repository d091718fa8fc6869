//! Listening: connections in, answers out, an orderly end.

use super::error::{Log, ServeError};
use super::guard::Proxies;
use super::site::{Ground, Options, Site};
use super::slow::Impatient;
use super::{router, tls};
use crate::model::Clock;
use crate::pipeline::Workspace;
use axum::http::{HeaderName, Uri};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

/// What is said when the server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Where people find it.
    pub address: String,
    /// The one-time address at which the first lead sets a password, while nobody has one.
    pub sign_in: Option<String>,
    /// Whether the people of a demonstration are offered without a password.
    pub demonstration: bool,
}

/// Connections at once.
const CONNECTIONS: usize = 1_000;
/// Bytes and number of headers.
const HEADER_BYTES: usize = 64 * 1024;
const HEADERS: usize = 100;
/// Until the headers are there, until a connection is protected, until those who are answered are done.
const HEADER_TIME: Duration = Duration::from_secs(30);
const HANDSHAKE: Duration = Duration::from_secs(10);
const LAST: Duration = Duration::from_secs(10);

/// Serves the workspace at `root` until the process is told to stop. `told` is called once, when
/// the server answers.
pub fn serve(
    root: &Path,
    options: &Options,
    clock: Arc<dyn Clock + Send + Sync>,
    log: Log,
    told: &mut dyn FnMut(&Told),
) -> Result<(), ServeError> {
    let plan = Plan::of(options)?;
    let workspace = Workspace::open(root, false)?.in_force()?;
    let acceptor = options
        .tls
        .as_ref()
        .map(|(cert, key)| tls::acceptor(cert, key))
        .transpose()?;
    let (listener, address) = plan.listen(acceptor.is_some())?;
    let site = Arc::new(Site::new(
        workspace,
        Ground {
            clock,
            base: plan.base.clone(),
            origin: plan.origin.clone(),
            secure: plan.secure,
            proxies: plan.proxies.clone(),
            sign_in_header: plan.header.clone(),
            loopback: plan.loopback,
        },
    ));
    let first = site.draw_first()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .max_blocking_threads(24)
        .thread_name("perennial")
        .build()
        .map_err(|source| ServeError::Listen {
            address: address.clone(),
            source,
        })?;
    told(&Told {
        sign_in: first
            .map(|secret| format!("{}/i/{}", address.trim_end_matches('/'), secret.text())),
        address,
        demonstration: site.open,
    });
    runtime.block_on(run(listener, acceptor, Arc::clone(&site), log))?;
    runtime.shutdown_timeout(LAST);
    Ok(())
}

/// Options that fit together.
struct Plan {
    addresses: Vec<SocketAddr>,
    base: String,
    /// `https://review.example.org`
    origin: Option<String>,
    secure: bool,
    loopback: bool,
    proxies: Proxies,
    header: Option<HeaderName>,
}

impl Plan {
    fn of(options: &Options) -> Result<Self, ServeError> {
        let wrong = |text: &str| ServeError::Option(text.to_owned());
        let addresses: Vec<SocketAddr> = options
            .addr
            .to_socket_addrs()
            .map_err(|_| {
                ServeError::Option(format!(
                    "`{}` is no address to listen at: it takes one such as 127.0.0.1:8080",
                    options.addr
                ))
            })?
            .collect();
        let loopback = !addresses.is_empty() && addresses.iter().all(|a| a.ip().is_loopback());
        if !loopback && options.tls.is_none() && options.proxy.is_none() {
            return Err(ServeError::Unprotected(options.addr.clone()));
        }
        let (origin, path) = match &options.url {
            None => (None, String::new()),
            Some(url) => {
                let uri: Uri = url.parse().map_err(|_| wrong("--url is no address"))?;
                let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
                    return Err(wrong("--url takes a whole address: https://HOST/PATH"));
                };
                if !["http", "https"].contains(&scheme) || uri.query().is_some() {
                    return Err(wrong("--url takes a whole address: https://HOST/PATH"));
                }
                (
                    Some(format!("{scheme}://{authority}")),
                    uri.path().to_owned(),
                )
            }
        };
        if !loopback && origin.is_none() {
            return Err(wrong(
                "--url is needed with an address that other machines reach: the server answers to \
                 that name only, and invitations carry it",
            ));
        }
        let base = based(if options.base.trim_matches('/').is_empty() {
            &path
        } else {
            &options.base
        })?;
        if options.url.is_some() && based(&path)? != base && !path.trim_matches('/').is_empty() {
            return Err(wrong("--base-path and the path of --url differ"));
        }
        let header = options
            .sign_in_header
            .as_deref()
            .map(|name| {
                name.parse()
                    .map_err(|_| wrong("--sign-in-header takes the name of a header"))
            })
            .transpose()?;
        if options.proxy.is_none() && header.is_some() {
            return Err(wrong(
                "--sign-in-header needs --behind-proxy: from anybody else a header proves nothing",
            ));
        }
        let secure = options.tls.is_some()
            || origin
                .as_deref()
                .is_some_and(|url| url.starts_with("https:"));
        Ok(Self {
            addresses,
            base,
            origin,
            secure,
            // Behind a proxy whoever the proxy lets in comes from loopback.
            loopback: loopback && options.proxy.is_none() && options.url.is_none(),
            proxies: options
                .proxy
                .as_ref()
                .map_or(Proxies::None, |from| Proxies::From(from.clone())),
            header,
        })
    }

    /// Listens, and says where people find the site.
    fn listen(&self, tls: bool) -> Result<(TcpListener, String), ServeError> {
        let named = || {
            self.addresses
                .first()
                .map_or_else(String::new, ToString::to_string)
        };
        let fail = |source| ServeError::Listen {
            address: named(),
            source,
        };
        let listener = TcpListener::bind(self.addresses.as_slice()).map_err(fail)?;
        listener.set_nonblocking(true).map_err(fail)?;
        let at = listener.local_addr().map_err(fail)?;
        let address = match &self.origin {
            Some(origin) => format!("{origin}{}/", self.base),
            None => format!(
                "{}://{at}{}/",
                if tls { "https" } else { "http" },
                self.base
            ),
        };
        Ok((listener, address))
    }
}

/// `review/` as `/review`; empty for the root.
fn based(path: &str) -> Result<String, ServeError> {
    let path = path.trim_matches('/');
    if path.is_empty() {
        return Ok(String::new());
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~/".contains(c);
    let steps = path
        .split('/')
        .any(|part| part.is_empty() || part == "." || part == "..");
    if !path.chars().all(plain) || steps {
        return Err(ServeError::Option(format!(
            "`{path}` is no path for --base-path: it takes letters, digits, - and _"
        )));
    }
    Ok(format!("/{path}"))
}

async fn run(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    site: Arc<Site>,
    log: Log,
) -> Result<(), ServeError> {
    let fail = |source| ServeError::Listen {
        address: String::new(),
        source,
    };
    let listener = tokio::net::TcpListener::from_std(listener).map_err(fail)?;
    let rooms = router::rooms(&site);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let (stop, stopped) = watch::channel(false);
    let indexing = tokio::task::spawn_blocking({
        let (site, stopped) = (Arc::clone(&site), stopped.clone());
        move || {
            // Orders first: whoever reads by one waits for it.
            site.learn();
            super::people::keep_words(&site, &|| *stopped.borrow());
        }
    });
    let mut ends = Box::pin(ended());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut ends => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Too many open files, or a connection that was gone before it was taken.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            tokio::spawn(turn_away(stream));
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (site, rooms, stopped, log) = (
            Arc::clone(&site),
            rooms.clone(),
            stopped.clone(),
            Arc::clone(&log),
        );
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            site.meter.opened();
            let peer = peer.ip();
            match acceptor {
                None => talk(stream, peer, &site, rooms, stopped, log).await,
                Some(acceptor) => {
                    let shaken = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await;
                    if let Ok(Ok(stream)) = shaken {
                        talk(stream, peer, &site, rooms, stopped, log).await;
                    }
                }
            }
            site.meter.closed();
            drop(place);
        });
    }
    drop(listener);
    let _ = stop.send(true);
    let all = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX);
    // Who is being answered is answered; who does not end in time is cut.
    let _ = tokio::time::timeout(LAST, places.acquire_many(all)).await;
    let _ = tokio::time::timeout(LAST, indexing).await;
    Ok(())
}

/// Until the process is told to stop.
async fn ended() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

/// Too many connections: a clear page and an end.
async fn turn_away(mut stream: tokio::net::TcpStream) {
    const FULL: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\n\
        retry-after: 2\r\ncontent-length: 79\r\nconnection: close\r\n\r\n\
        1,000 connections are open, and the server takes no more. Try again in a moment";
    let _ = tokio::time::timeout(HANDSHAKE, stream.write_all(FULL.as_bytes())).await;
    let _ = stream.shutdown().await;
}

/// One connection, from its first request to its end.
async fn talk<S>(
    stream: S,
    peer: IpAddr,
    site: &Arc<Site>,
    rooms: axum::Router,
    mut stopped: watch::Receiver<bool>,
    log: Log,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let answer = service_fn(|request: hyper::Request<Incoming>| {
        let (site, rooms, log) = (Arc::clone(site), rooms.clone(), Arc::clone(&log));
        async move { Ok::<_, Infallible>(router::enter(site, rooms, peer, request, log).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(HEADER_BYTES)
        .max_headers(HEADERS)
        .auto_date_header(false)
        .serve_connection(TokioIo::new(Impatient::new(stream)), answer);
    let mut connection = std::pin::pin!(connection);
    if *stopped.borrow() {
        connection.as_mut().graceful_shutdown();
    }
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(options: &Options) -> Result<Plan, String> {
        Plan::of(options).map_err(|error| error.to_string())
    }

    fn at(addr: &str) -> Options {
        Options {
            addr: addr.to_owned(),
            ..Options::default()
        }
    }

    #[test]
    fn an_address_that_others_reach_is_protected_or_refused() {
        assert!(plan(&at("127.0.0.1:0")).unwrap().loopback);
        assert!(plan(&at("[::1]:0")).unwrap().loopback);
        assert!(plan(&at("0.0.0.0:0")).is_err_and(|e| e.contains("other machines")));
        assert!(plan(&at("nonsense")).is_err_and(|e| e.contains("no address")));
        let mut proxied = at("0.0.0.0:0");
        proxied.proxy = Some(Vec::new());
        assert!(plan(&proxied).is_err_and(|e| e.contains("--url")));
        proxied.url = Some("https://review.example/lsr/".to_owned());
        let found = plan(&proxied).unwrap();
        assert_eq!(found.base, "/lsr");
        assert_eq!(found.origin.as_deref(), Some("https://review.example"));
        assert!(found.secure && !found.loopback);
        proxied.base = "/other".to_owned();
        assert!(plan(&proxied).is_err_and(|e| e.contains("differ")));
    }

    #[test]
    fn a_header_is_believed_from_a_proxy_only() {
        let mut options = at("127.0.0.1:0");
        options.sign_in_header = Some("x-remote-user".to_owned());
        assert!(plan(&options).is_err_and(|e| e.contains("--behind-proxy")));
        options.proxy = Some(Vec::new());
        assert!(!plan(&options).unwrap().loopback);
    }

    #[test]
    fn base_paths_are_plain() {
        assert_eq!(based("/").unwrap(), "");
        assert_eq!(based("review/").unwrap(), "/review");
        assert!(based("/a/../b").is_err());
        assert!(based("/a\"b").is_err());
    }
}
